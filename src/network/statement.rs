//! Statements of IAM policies.

use std::sync::Arc;

use crate::resource::{Presence, Unknown};
use crate::source::Span;

/// A statement of an IAM policy that allows something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Address of the resource that holds the policy.
    pub resource: Arc<str>,
    /// The same without instance keys.
    pub declared: Arc<str>,
    /// Who gets the permissions: a name, or the address of what has one.
    pub holder: String,
    /// What it allows.
    pub access: Access,
    /// The narrowest place in the resource that holds the statement.
    pub head: Span,
    /// Where the statement is written.
    pub written: Span,
    /// The resource.
    pub span: Span,
    /// The module calls that led here, outermost first.
    pub calls: Vec<Span>,
    /// Whether it exists.
    pub presence: Presence,
}

/// What a statement of an IAM policy allows, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// `Action`.
    pub actions: Result<Vec<String>, Arc<Unknown>>,
    /// `NotAction`, if it is given: every action but these.
    pub all_actions_but: Result<Option<Vec<String>>, Arc<Unknown>>,
    /// `Resource`.
    pub resources: Result<Vec<String>, Arc<Unknown>>,
    /// `NotResource` is given: every resource but some.
    pub all_resources_but: bool,
    /// It has a `Condition`.
    pub is_conditioned: bool,
}
