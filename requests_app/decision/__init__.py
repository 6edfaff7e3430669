"""What the law leaves open is decided by people: per holding, with facts, evidence and the right approver."""
