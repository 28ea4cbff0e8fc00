"""A QR code as a picture that prints sharply: one dot a module, enlarged by the paper."""

from io import BytesIO

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

DOTS_PER_MODULE = 6


def code_png(address: str) -> bytes:
    """PNG with the quiet zone of four modules that readers need."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4, box_size=DOTS_PER_MODULE)
    code.add_data(address)
    code.make(fit=True)
    file = BytesIO()
    code.make_image().save(file, "PNG")
    return file.getvalue()
