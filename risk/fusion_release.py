"""Which fusion release is in force. Apart from risk.inference, so that asking loads no model."""

FUSION_RELEASE = "nungil-fusion-4"
