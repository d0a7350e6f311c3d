//! What a language asks of a provider while it evaluates: languages know no resource types themselves.

use super::{Interest, Mode, Reference, Value};

/// A provider's knowledge of its resource types, as far as evaluation needs it.
///
/// What an implementation answers must be certain: a value that follows from the configuration, not one that is likely.
pub trait Provider: Sync {
    /// How much of a resource's body is wanted.
    fn interest(&self, kind: &str, mode: Mode) -> Interest;

    /// The arguments and blocks that are wanted of the provider's own configuration.
    fn settings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the values in a resource of a type are judged themselves. Of any other it matters only what they name.
    fn judges(&self, _kind: &str) -> bool {
        true
    }

    /// Whether it matters that a plan destroys a resource of a type.
    fn judges_removal(&self, _kind: &str) -> bool {
        false
    }

    /// The resource that a Terraform data source finds, by its arguments; `None` where they leave that open.
    fn lookup(&self, _kind: &str, _arguments: &dyn Arguments) -> Option<Lookup> {
        None
    }

    /// The text of an attribute that nobody writes because the provider always makes it the same.
    fn implied(
        &self,
        _kind: &str,
        _mode: Mode,
        _attribute: &str,
        _arguments: &dyn Arguments,
    ) -> Option<&'static str> {
        None
    }

    /// The attribute that names the resource to which one of a kind adds blocks, as a rule does to its group: what the
    /// provider reads back there need not be written there.
    fn adds_to(&self, _kind: &str) -> Option<&'static str> {
        None
    }

    /// The property whose value an attribute gives back unchanged (`Fn::GetAtt` of `CidrBlock` on a VPC).
    fn gives_back(&self, _kind: &str, _attribute: &str) -> Option<&'static str> {
        None
    }
}

/// The arguments of one resource, evaluated when they are asked for.
pub trait Arguments {
    /// An argument, or the blocks of a name as a list; `None` if it is not written or null.
    fn get(&self, name: &str) -> Option<Value>;
}

/// What a data source finds.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// The resource that a reference is the identity of.
    Of(Reference),
    /// The one resource of a kind whose arguments have these values. Each path is an argument, or an argument and a key
    /// in it (`tags.Name`: keys may hold dots).
    Like {
        /// Its type.
        kind: &'static str,
        /// What it must have, all of it.
        having: Vec<(String, Value)>,
    },
}

/// A provider that wants the same of every resource and knows nothing about any.
#[derive(Clone, Copy, Debug)]
pub struct Uniform(pub Interest);

impl Provider for Uniform {
    fn interest(&self, _kind: &str, _mode: Mode) -> Interest {
        self.0
    }
}
