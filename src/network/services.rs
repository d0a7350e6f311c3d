//! Well-known services by port, to say in words what an open port means.

use super::ports::PortSet;

/// A service and the port it listens on by default.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// Its name as its users write it.
    pub name: &'static str,
    /// Its port.
    pub port: u16,
    /// It listens on TCP.
    pub tcp: bool,
    /// It listens on UDP.
    pub udp: bool,
}

const fn tcp(port: u16, name: &'static str) -> Service {
    Service { name, port, tcp: true, udp: false }
}

const fn udp(port: u16, name: &'static str) -> Service {
    Service { name, port, tcp: false, udp: true }
}

const fn both(port: u16, name: &'static str) -> Service {
    Service { name, port, tcp: true, udp: true }
}

/// The services worth naming, those that matter most when they are open first.
pub const SERVICES: &[Service] = &[
    tcp(22, "SSH"),
    both(3389, "RDP"),
    tcp(5985, "WinRM"),
    tcp(5986, "WinRM over TLS"),
    tcp(23, "Telnet"),
    tcp(445, "SMB"),
    tcp(3306, "MySQL"),
    tcp(5432, "PostgreSQL"),
    both(1433, "SQL Server"),
    both(1434, "SQL Server Browser"),
    tcp(1521, "Oracle"),
    tcp(27017, "MongoDB"),
    tcp(6379, "Redis"),
    both(11211, "Memcached"),
    tcp(9200, "Elasticsearch"),
    tcp(9300, "Elasticsearch nodes"),
    tcp(5601, "Kibana"),
    tcp(2375, "Docker"),
    tcp(2376, "Docker over TLS"),
    tcp(6443, "Kubernetes API"),
    tcp(10250, "kubelet"),
    tcp(2379, "etcd"),
    tcp(2380, "etcd peers"),
    both(53, "DNS"),
    tcp(21, "FTP"),
    tcp(20, "FTP data"),
    tcp(25, "SMTP"),
    tcp(110, "POP3"),
    tcp(143, "IMAP"),
    both(135, "RPC"),
    both(111, "portmapper"),
    both(389, "LDAP"),
    tcp(636, "LDAP over TLS"),
    both(2049, "NFS"),
    udp(69, "TFTP"),
    udp(123, "NTP"),
    udp(161, "SNMP"),
    both(137, "NetBIOS name"),
    udp(138, "NetBIOS datagram"),
    tcp(139, "NetBIOS session"),
    udp(500, "IKE"),
    udp(4500, "IPsec NAT traversal"),
    udp(514, "syslog"),
    udp(1194, "OpenVPN"),
    udp(51820, "WireGuard"),
    tcp(5439, "Redshift"),
    tcp(9042, "Cassandra"),
    tcp(9092, "Kafka"),
    tcp(2181, "ZooKeeper"),
    both(8500, "Consul"),
    tcp(8200, "Vault"),
    tcp(5672, "AMQP"),
    tcp(15672, "RabbitMQ management"),
    tcp(1883, "MQTT"),
    tcp(5900, "VNC"),
    tcp(5500, "VNC listener"),
    tcp(9090, "Prometheus"),
    tcp(3000, "development server"),
    tcp(5000, "development server"),
    tcp(4333, "mSQL"),
    tcp(8080, "HTTP"),
    tcp(8000, "HTTP"),
    tcp(8088, "HTTP"),
    tcp(8888, "HTTP"),
    tcp(8443, "HTTPS"),
    tcp(80, "HTTP"),
    both(443, "HTTPS"),
];

/// How many are named before the rest is counted.
const NAMED: usize = 5;

/// Open TCP and UDP ports in words: `SSH (22/tcp), RDP (3389/tcp and udp)`, `port 4242/tcp`,
/// `TCP 8000-8999 with HTTP`, `every TCP port (SSH, …)`. Known services come first; long lists are cut short.
pub fn describe(tcp: &PortSet, udp: &PortSet) -> String {
    if tcp.is_all() && udp.is_all() {
        return format!("every TCP and UDP port ({})", notable(tcp, udp));
    }
    let mut named: Vec<(usize, String)> = Vec::new();
    let mut singles: Vec<u16> = [tcp, udp]
        .into_iter()
        .flat_map(PortSet::intervals)
        .filter(|(first, last)| first == last)
        .map(|&(port, _)| port)
        .collect();
    singles.sort_unstable();
    singles.dedup();
    for port in singles {
        let service = service(port, tcp.contains(port), udp.contains(port));
        named.push((rank(service), single_text(port, service, tcp.contains(port), udp.contains(port))));
    }
    for (ports, protocol, open) in [(tcp, "TCP", [true, false]), (udp, "UDP", [false, true])] {
        for &(first, last) in ports.intervals().iter().filter(|(first, last)| first != last) {
            let range = PortSet::range(first, last);
            let [tcp, udp] = open.map(|open| if open { range.clone() } else { PortSet::empty() });
            let best = known_in(&tcp, &udp).next();
            let text = match (range.is_all(), best) {
                (true, _) => format!("every {protocol} port ({})", notable(&tcp, &udp)),
                (false, Some(_)) => format!("{protocol} {range} ({})", notable(&tcp, &udp)),
                (false, None) => format!("{protocol} {range}"),
            };
            named.push((rank(best), text));
        }
    }
    named.sort_by_key(|&(rank, _)| rank);
    cut_short(named.into_iter().map(|(_, text)| text).collect())
}

/// The names of the known services on the ports.
fn notable(tcp: &PortSet, udp: &PortSet) -> String {
    let mut names: Vec<String> = Vec::new();
    for service in known_in(tcp, udp) {
        if !names.iter().any(|name| name == service.name) {
            names.push(service.name.to_owned());
        }
    }
    cut_short(names)
}

fn known_in(tcp: &PortSet, udp: &PortSet) -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter(|service| {
        service.tcp && tcp.contains(service.port) || service.udp && udp.contains(service.port)
    })
}

fn service(port: u16, tcp: bool, udp: bool) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.port == port && (service.tcp && tcp || service.udp && udp))
}

/// Place of a service in the table; everything unknown comes after it.
fn rank(service: Option<&Service>) -> usize {
    service
        .and_then(|service| SERVICES.iter().position(|known| known.name == service.name))
        .unwrap_or(SERVICES.len())
}

fn single_text(port: u16, service: Option<&Service>, tcp: bool, udp: bool) -> String {
    let protocols = match (tcp, udp) {
        (true, true) => "tcp and udp",
        (true, false) => "tcp",
        (false, _) => "udp",
    };
    match service {
        Some(service) => format!("{} ({port}/{protocols})", service.name),
        None => format!("port {port}/{protocols}"),
    }
}

fn cut_short(mut names: Vec<String>) -> String {
    let left = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let shown = names.join(", ");
    if left == 0 { shown } else { format!("{shown} and {left} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(ports: &[(u16, u16)]) -> String {
        describe(&PortSet::from_intervals(ports.iter().copied()), &PortSet::empty())
    }

    #[test]
    fn single_ports_are_named_by_their_service() {
        assert_eq!(tcp(&[(22, 22)]), "SSH (22/tcp)");
        assert_eq!(describe(&PortSet::single(3389), &PortSet::single(3389)), "RDP (3389/tcp and udp)");
        assert_eq!(describe(&PortSet::empty(), &PortSet::single(53)), "DNS (53/udp)");
        assert_eq!(tcp(&[(4242, 4242)]), "port 4242/tcp");
    }

    #[test]
    fn a_service_of_the_other_protocol_is_not_claimed() {
        assert_eq!(describe(&PortSet::empty(), &PortSet::single(22)), "port 22/udp");
    }

    #[test]
    fn the_most_dangerous_service_comes_first() {
        assert_eq!(tcp(&[(80, 80), (4242, 4242), (22, 22)]), "SSH (22/tcp), HTTP (80/tcp), port 4242/tcp");
    }

    #[test]
    fn ranges_name_what_they_hold() {
        assert_eq!(tcp(&[(20, 23)]), "TCP 20-23 (SSH, Telnet, FTP, FTP data)");
        assert_eq!(tcp(&[(40000, 40010)]), "TCP 40000-40010");
        assert!(tcp(&[(0, 65535)]).starts_with("every TCP port (SSH, RDP, WinRM, "));
    }

    #[test]
    fn long_lists_are_cut_short() {
        let many: Vec<(u16, u16)> = (0..9).map(|index| (40000 + 2 * index, 40000 + 2 * index)).collect();
        assert!(tcp(&many).ends_with("port 40008/tcp and 4 more"), "{}", tcp(&many));
    }

    #[test]
    fn no_ports_are_no_words() {
        assert_eq!(describe(&PortSet::empty(), &PortSet::empty()), "");
    }
}
