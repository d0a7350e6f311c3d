//! What happens to a group when it is replaced or deleted.

use super::model::Field;

/// What happens to a group when it is replaced or deleted. `None` where nobody says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// Its successor is created first (Terraform).
    pub create_before_destroy: Option<Field<bool>>,
    /// A plan that destroys it is refused (Terraform).
    pub prevent_destroy: Option<Field<bool>>,
    /// What becomes of it when it is deleted (CloudFormation).
    pub deletion_policy: Option<Field<DeletionPolicy>>,
    /// What becomes of the old one when it is replaced (CloudFormation).
    pub update_replace_policy: Option<Field<DeletionPolicy>>,
}

/// What CloudFormation does with a resource that it no longer needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// Deletes it: the default.
    Delete,
    /// Leaves it.
    Retain,
    /// Leaves it unless its creation was undone.
    RetainExceptOnCreate,
}

impl DeletionPolicy {
    /// Name for policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Retain => "retain",
            Self::RetainExceptOnCreate => "retain-except-on-create",
        }
    }
}
