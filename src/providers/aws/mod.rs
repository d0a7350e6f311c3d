//! AWS: `aws_…` and `AWS::…` resources to groups, permissions, attachments and shares.
