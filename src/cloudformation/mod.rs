//! `CloudFormation`: a template to the resources that it would create.
