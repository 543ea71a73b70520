variable "name" {
  description = "Name of the thing."
  type        = string
}
