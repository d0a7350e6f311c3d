//! What is there: Terraform directories and `CloudFormation` templates below the given paths.
