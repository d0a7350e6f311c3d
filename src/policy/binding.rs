//! Facts and parameters as CEL values, without copying them.
//!
//! The fact is one variable, named after its kind; its fields are looked up when they are read. Ports and
//! addresses and tags are types of their own with methods, so that no rule compares them as text.

use std::any::Any;
use std::sync::{Arc, LazyLock};

use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelInt, CelList, CelString, DYN_TYPE, INT_TYPE, STRING_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::context::VariableResolver;
use cel::{Env, ExecutionError};

use super::expression::Params;
use crate::facts::{Fact, FieldValue};
use crate::network::address::{AddressSet, Breadth, Family};
use crate::network::tags::Tags;

static PORTS: Type = Type::new_unspecified_type("ports");
static ADDRESSES: Type = Type::new_unspecified_type("addresses");
static TAGS: Type = Type::new_unspecified_type("tags");
static FACT: Type = Type::new_unspecified_type("fact");

/// What a method answers when the known part of a set does not decide.
pub(super) const PARTLY_KNOWN: &str = "only a part of the set is known";

/// The functions that conditions may call: the standard ones, and the methods of ports, addresses and tags.
pub(super) static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    for method in METHODS {
        let target = match method.target {
            Set::Ports => PORTS.to_owned(),
            Set::Addresses => ADDRESSES.to_owned(),
            Set::Tags => TAGS.to_owned(),
        };
        let arguments = match method.argument {
            Argument::None => Vec::new(),
            Argument::Same => vec![target.to_owned()],
            Argument::Int => vec![INT_TYPE.to_owned()],
            Argument::Text => vec![STRING_TYPE.to_owned()],
        };
        let id = format!("{}_{}", target.name(), method.name);
        // Two methods of the same signature would be refused; the table has none.
        let added = env.add_member_overload(method.name, &id, target, arguments, method.compute);
        debug_assert!(added.is_ok(), "{id}");
    }
    Arc::new(env)
});

struct Method {
    name: &'static str,
    target: Set,
    argument: Argument,
    compute: cel::common::functions::Function,
}

#[derive(Clone, Copy)]
enum Set {
    Ports,
    Addresses,
    Tags,
}

enum Argument {
    None,
    Same,
    Int,
    Text,
}

const METHODS: [Method; 16] = [
    Method {
        name: "overlaps",
        target: Set::Ports,
        argument: Argument::Same,
        compute: |arguments| overlaps(&arguments),
    },
    Method {
        name: "within",
        target: Set::Ports,
        argument: Argument::Same,
        compute: |arguments| within(&arguments),
    },
    Method {
        name: "contains",
        target: Set::Ports,
        argument: Argument::Int,
        compute: |arguments| contains(&arguments),
    },
    Method {
        name: "count",
        target: Set::Ports,
        argument: Argument::None,
        compute: |arguments| count(&arguments),
    },
    Method {
        name: "empty",
        target: Set::Ports,
        argument: Argument::None,
        compute: |arguments| empty(&arguments),
    },
    Method {
        name: "overlaps",
        target: Set::Addresses,
        argument: Argument::Same,
        compute: |arguments| overlaps(&arguments),
    },
    Method {
        name: "within",
        target: Set::Addresses,
        argument: Argument::Same,
        compute: |arguments| within(&arguments),
    },
    Method {
        name: "empty",
        target: Set::Addresses,
        argument: Argument::None,
        compute: |arguments| empty(&arguments),
    },
    Method {
        name: "ipv4",
        target: Set::Addresses,
        argument: Argument::None,
        compute: |arguments| part(&arguments, |set| set.family(Family::Ipv4), |breadth| breadth),
    },
    Method {
        name: "ipv6",
        target: Set::Addresses,
        argument: Argument::None,
        compute: |arguments| part(&arguments, |set| set.family(Family::Ipv6), |breadth| breadth),
    },
    Method {
        name: "public",
        target: Set::Addresses,
        argument: Argument::None,
        compute: |arguments| {
            part(&arguments, AddressSet::public_part, |breadth| Breadth { private: None, ..breadth })
        },
    },
    Method {
        name: "private",
        target: Set::Addresses,
        argument: Argument::None,
        compute: |arguments| {
            part(&arguments, AddressSet::private_part, |breadth| Breadth { public: None, ..breadth })
        },
    },
    Method {
        name: "wider_than",
        target: Set::Addresses,
        argument: Argument::Int,
        compute: |arguments| wider_than(&arguments),
    },
    Method {
        name: "more_than_percent",
        target: Set::Addresses,
        argument: Argument::Int,
        compute: |arguments| more_than_percent(&arguments),
    },
    Method {
        name: "contains",
        target: Set::Tags,
        argument: Argument::Text,
        compute: |arguments| has_tag(&arguments),
    },
    Method {
        name: "value",
        target: Set::Tags,
        argument: Argument::Text,
        compute: |arguments| tag_value(&arguments),
    },
];

/// The variables of one evaluation.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    fact: FactView<'a>,
    params: ParamsView<'a>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(fact: &'a Fact, params: &'a Params) -> Self {
        Self { fact: FactView(fact), params: ParamsView(params) }
    }
}

impl VariableResolver for Scope<'_> {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let kind = self.fact.0.kind.name();
        // A field is asked for by its whole name first; one that is not known, then, as a field of its owner.
        match variable.split_once('.') {
            Some((owner, field)) if owner == kind => self.fact.field(field).map(value_of),
            Some(("params", param)) => self.params.field(param).map(value_of),
            None if variable == kind => Some(CowVal::Borrowed(&self.fact)),
            None if variable == "params" => Some(CowVal::Borrowed(&self.params)),
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct FactView<'a>(&'a Fact);

#[derive(Clone, Copy, Debug)]
struct ParamsView<'a>(&'a Params);

/// A table of fields as a CEL value: nothing but selection.
macro_rules! table {
    ($view:ident) => {
        impl Val for $view<'_> {
            fn get_type(&self) -> &Type {
                &FACT
            }

            fn cel_type() -> &'static Type {
                &FACT
            }

            fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
            where
                Self: 'v,
            {
                Some(self)
            }

            fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
            where
                Self: 'v,
            {
                Box::new(*self)
            }
        }

        impl Indexer for $view<'_> {
            fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
            where
                Self: 'v,
            {
                let name = index.downcast_ref::<CelString>().map_or("", |name| name.inner());
                match self.field(name) {
                    Some(value) => Ok(value_of(value)),
                    None => Err(ExecutionError::no_such_key(name)),
                }
            }

            fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
            where
                Self: 'v,
            {
                self.get(index).map(CowVal::into_owned)
            }
        }
    };
}

table!(FactView);
table!(ParamsView);

impl<'a> FactView<'a> {
    fn field(self, name: &str) -> Option<&'a FieldValue> {
        self.0.fields.get(name)
    }
}

impl<'a> ParamsView<'a> {
    fn field(self, name: &str) -> Option<&'a FieldValue> {
        self.0.get(name)
    }
}

fn value_of(value: &FieldValue) -> CowVal<'_, '_> {
    match value {
        FieldValue::Bool(value) => CowVal::owned(CelBool::from(*value)),
        FieldValue::Int(value) => CowVal::owned(CelInt::from(*value)),
        FieldValue::Text(text) => CowVal::owned(CelString::from(text.as_str())),
        FieldValue::List(texts) => {
            let items: Vec<Box<dyn Val + '_>> = texts
                .iter()
                .map(|text| Box::new(CelString::from(text.as_str())) as Box<dyn Val + '_>)
                .collect();
            CowVal::owned(CelList::from(items))
        }
        FieldValue::Ports { .. } | FieldValue::Addresses { .. } | FieldValue::Tags(_) => {
            CowVal::Borrowed(value)
        }
    }
}

/// Ports, addresses and tags. The other variants become the crate's own values and never stand as themselves.
impl Val for FieldValue {
    fn get_type(&self) -> &Type {
        match self {
            Self::Ports { .. } => &PORTS,
            Self::Addresses { .. } => &ADDRESSES,
            Self::Tags(_) => &TAGS,
            _ => &DYN_TYPE,
        }
    }

    fn cel_type() -> &'static Type {
        &DYN_TYPE
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for FieldValue {}

type Answer<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

fn set<'c>(arguments: &'c [CowVal<'_, '_>], index: usize) -> Result<&'c FieldValue, ExecutionError> {
    arguments
        .get(index)
        .and_then(|value| value.as_any())
        .and_then(|value| value.downcast_ref())
        .ok_or_else(ExecutionError::missing_argument_or_target)
}

/// `Some` as a CEL truth value, `None` as the error that means unknown.
fn answer<'b, 'v>(name: &str, known: Option<bool>) -> Answer<'b, 'v> {
    known
        .map(|value| CowVal::owned(CelBool::from(value)))
        .ok_or_else(|| ExecutionError::function_error(name, PARTLY_KNOWN))
}

fn overlaps<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let (left, right) = (set(arguments, 0)?, set(arguments, 1)?);
    let known = match (left, right) {
        (FieldValue::Ports { set: left, .. }, FieldValue::Ports { set: right, .. }) => left.overlaps(right),
        (FieldValue::Addresses { set: left, .. }, FieldValue::Addresses { set: right, .. }) => {
            left.overlaps(right)
        }
        _ => return Err(ExecutionError::missing_argument_or_target()),
    };
    let complete = left.more().is_none() && right.more().is_none();
    answer("overlaps", if known { Some(true) } else { complete.then_some(false) })
}

fn within<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let (left, right) = (set(arguments, 0)?, set(arguments, 1)?);
    let known = match (left, right) {
        (FieldValue::Ports { set: left, .. }, FieldValue::Ports { set: right, .. }) => {
            left.is_subset_of(right)
        }
        (FieldValue::Addresses { set: left, .. }, FieldValue::Addresses { set: right, .. }) => {
            left.is_subset_of(right)
        }
        _ => return Err(ExecutionError::missing_argument_or_target()),
    };
    // More on the left can only break an inclusion, more on the right only mend a broken one.
    let decided = if known { left.more().is_none() } else { right.more().is_none() };
    answer("within", decided.then_some(known))
}

fn contains<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let FieldValue::Ports { set: ports, more } = set(arguments, 0)? else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    let port = number(arguments)?;
    let known = u16::try_from(port).is_ok_and(|port| ports.contains(port));
    let possible = u16::try_from(port).is_ok() && more.is_some();
    answer("contains", if known { Some(true) } else { (!possible).then_some(false) })
}

fn count<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    match set(arguments, 0)? {
        FieldValue::Ports { set, more: None } => Ok(CowVal::owned(CelInt::from(i64::from(set.count())))),
        _ => Err(ExecutionError::function_error("count", PARTLY_KNOWN)),
    }
}

fn empty<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let value = set(arguments, 0)?;
    let known = match value {
        FieldValue::Ports { set, .. } => set.is_empty(),
        FieldValue::Addresses { set, .. } => set.is_empty(),
        _ => return Err(ExecutionError::missing_argument_or_target()),
    };
    answer("empty", if known { value.more().is_none().then_some(true) } else { Some(false) })
}

/// The whole number that a method is given.
fn number(arguments: &[CowVal<'_, '_>]) -> Result<i64, ExecutionError> {
    let number = arguments.get(1).and_then(|value| value.downcast_ref::<CelInt>());
    number.map(|number| *number.inner()).ok_or_else(ExecutionError::missing_argument_or_target)
}

/// A part of a set of addresses; of what is not known, the same part.
fn part<'b, 'v>(
    arguments: &[CowVal<'_, '_>],
    of_set: impl Fn(&AddressSet) -> AddressSet,
    of_breadth: impl Fn(Breadth) -> Breadth,
) -> Answer<'b, 'v> {
    let FieldValue::Addresses { set, more, breadth } = set(arguments, 0)? else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    let part =
        FieldValue::Addresses { set: of_set(set), more: more.clone(), breadth: breadth.map(of_breadth) };
    Ok(CowVal::owned(part))
}

fn wider_than<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let FieldValue::Addresses { set, more, breadth } = set(arguments, 0)? else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    // No prefix is longer than 128 bits, and none is shorter than 0.
    let prefix = u8::try_from(number(arguments)?.clamp(0, 255)).unwrap_or(u8::MAX);
    let may_be = more.is_some() && breadth.is_none_or(|breadth| breadth.may_be_wider_than(prefix));
    answer("wider_than", if set.is_wider_than(prefix) { Some(true) } else { (!may_be).then_some(false) })
}

fn more_than_percent<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let FieldValue::Addresses { set, more, breadth } = set(arguments, 0)? else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    let percent = number(arguments)?.clamp(0, 100);
    #[expect(clippy::cast_precision_loss, reason = "0 to 100")]
    let limit = percent as f64 / 100.0;
    let known = Family::BOTH.into_iter().any(|family| set.public_share(family) > limit);
    // Ranges that are known to be small do not decide.
    let may_be = more.is_some() && breadth.is_none();
    answer("more_than_percent", if known { Some(true) } else { (!may_be).then_some(false) })
}

fn tag<'c>(arguments: &'c [CowVal<'_, '_>]) -> Result<(&'c Tags, &'c str), ExecutionError> {
    let FieldValue::Tags(tags) = set(arguments, 0)? else {
        return Err(ExecutionError::missing_argument_or_target());
    };
    let key = arguments.get(1).and_then(|value| value.downcast_ref::<CelString>());
    key.map(|key| (tags, key.inner())).ok_or_else(ExecutionError::missing_argument_or_target)
}

fn has_tag<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let (tags, key) = tag(arguments)?;
    answer("contains", tags.has(key).ok())
}

fn tag_value<'b, 'v>(arguments: &[CowVal<'_, '_>]) -> Answer<'b, 'v> {
    let (tags, key) = tag(arguments)?;
    match tags.value(key) {
        Ok(value) => Ok(CowVal::owned(CelString::from(value.to_owned()))),
        Err(_) => Err(ExecutionError::function_error("value", PARTLY_KNOWN)),
    }
}
