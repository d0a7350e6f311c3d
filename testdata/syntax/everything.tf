# Every construct of the language, each at least once.
terraform {
  required_version = ">= 1.5"
}

variable "ports" {
  type    = map(object({ from = number, to = optional(number), name = string }))
  default = {}
}

locals {
  nothing  = null
  yes      = true
  no       = false
  whole    = 443
  fraction = 1.5
  power    = 2.5e-3
  negative = -1
  empty    = ""
  plain    = "10.0.0.0/8"
  escapes  = "tab\t quote\" backslash\\ \u00e9 \U0001F600 $${not} %%{not}"
  umlaut   = "Größe 😀"
  single   = "${var.ports}"
  mixed    = "a ${var.a.b[0].c} z ${"nested ${"twice"}"}"
  choice   = "%{if var.a}yes%{else}no%{endif}"
  loop     = "%{ for k, v in var.m ~} ${k}=${v} %{~ endfor }"

  heredoc = <<EOT
line ${local.plain}
  "quoted" \ back $${x}
EOTX
EOT
  indented = <<-EOT
    # not a comment
      deeper
    %{ for p in local.list ~}
    ${p}
    %{ endfor ~}

    end
    EOT
  blank = <<-EOT
  EOT
  crlf  = "\r\n"

  list    = [1, "two", [3], { four = 4 }, ]
  nested  = [
    "a", # comment
    "b"  /* comment */
    , "c",
  ]
  object = {
    plain      = 1
    "quoted"   = 2, colon: 3
    (var.key)  = 4
    "${var.k}" = 5
    a.b        = 6
    7          = 8
    format     = 9
  }

  reference = aws_security_group.this["web"].ingress[0].cidr_blocks
  splat     = aws_instance.web.*.id
  full      = aws_instance.web[*].network[0].id
  legacy    = aws_instance.web.0.id
  spaced    = (var.a
    .b [ 0 ])

  call     = merge({ a = 1 }, var.more...)
  none     = timestamp()
  space    = provider::aws::arn_parse("arn")
  lines    = concat(
    [1],
    [2],
  )

  sum      = 1 + 2 * 3 - 4 / 5 % 6
  compare  = 1 < 2 && 2 <= 3 || 3 > 2 && 3 >= 2 == true != false
  not      = !local.yes
  minus    = -local.whole
  decide   = local.yes ? "a" : local.no ? "b" : "c"
  brackets = (1 + 2) * (3)

  each     = [for v in var.list : upper(v)]
  indexed  = [for i, v in var.list : "${i}-${v}" if v != ""]
  mapped   = { for k, v in var.m : k => v }
  grouped  = { for v in var.list : v.key => v.name... if v.on }
  broken_lines = [
    for k, v in var.x
    || var.y : k
    if k
  ]
}

resource "aws_security_group" "this" { name = "one line" }

resource aws_security_group bare {
  ingress { # a comment
    from_port = 22 // another
  }
  dynamic "ingress" {
    for_each = var.ports
    content {
      from_port = ingress.value.from
    }
  }
  lifecycle {}
}
