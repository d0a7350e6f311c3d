variable "partner_ranges" {
  description = "Address ranges of partners"
  type        = list(string)
  default     = ["0.0.0.0/1", "128.0.0.0/1"]
}
