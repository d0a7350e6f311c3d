//! Well-known services by port, to say in words what an open port means.

use super::ports::PortSet;
use super::protocol::Protocol;

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

/// TCP and UDP ports in words: `SSH (22/tcp), RDP (3389/tcp and udp)`; `tcp 8000-8999 (HTTP (8080/tcp), …)` for
/// ranges; `every TCP port`.
pub fn describe(tcp: &PortSet, udp: &PortSet) -> String {
    let mut parts = Vec::new();
    let whole = |ports: &PortSet, protocol: &str, parts: &mut Vec<String>| {
        if ports.is_all() {
            parts.push(format!("every {protocol} port"));
        }
    };
    if tcp.is_all() && udp.is_all() {
        return "every TCP and UDP port".to_owned();
    }
    whole(tcp, "TCP", &mut parts);
    whole(udp, "UDP", &mut parts);
    let (tcp_rest, udp_rest) = (without_whole(tcp), without_whole(udp));

    // Single ports are named one by one; a port open for both protocols is named once.
    let mut singles: Vec<u16> = single_ports(&tcp_rest).chain(single_ports(&udp_rest)).collect();
    singles.sort_unstable();
    singles.dedup();
    singles.sort_by_key(|&port| rank(port));
    let ranges: Vec<String> = [(Protocol::TCP, &tcp_rest), (Protocol::UDP, &udp_rest)]
        .into_iter()
        .flat_map(|(protocol, ports)| {
            let wide = ports.intervals().iter().filter(|(first, last)| first != last);
            wide.map(move |&(first, last)| range_text(protocol, first, last))
        })
        .collect();

    let mut named = 0;
    for port in &singles {
        if named == NAMED {
            break;
        }
        parts.push(port_text(*port, tcp_rest.contains(*port), udp_rest.contains(*port)));
        named += 1;
    }
    for range in &ranges {
        if named == NAMED {
            break;
        }
        parts.push(range.clone());
        named += 1;
    }
    let left = singles.len() + ranges.len() - named;
    if left > 0 {
        parts.push(format!("and {left} more"));
    }
    parts.join(", ")
}
