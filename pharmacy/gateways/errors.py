"""What can go wrong with a dispensing machine; every message says what to do and quotes nothing it received."""


class GatewayError(Exception):
    """Base of the anticipated errors of a machine and of the way to it."""


class MessageRefused(GatewayError):
    """Bytes that are not a message we accept. The connection they came on is given up."""


class MessageTooLong(MessageRefused):
    """No message ended within the size limit."""


class MessageTruncated(MessageRefused):
    """The stream or the text ended within a message."""


class MessageMalformed(MessageRefused):
    """Not well-formed XML, or not the frame of the protocol."""


class UnsafeXml(MessageRefused):
    """A document type, an entity or a reference outside; none of them belongs to the protocol."""


class EncodingRefused(MessageRefused):
    """Another encoding than UTF-8."""


class VersionUnknown(MessageRefused):
    """Another version of the protocol than 2.0."""


class MessageUnknown(MessageRefused):
    """A dialog of the protocol that we do not take part in. Harmless: the next message may be ours."""


class FieldInvalid(MessageRefused):
    """A value of a known message that cannot be read. `field` is its attribute."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class QuantityInvalid(FieldInvalid):
    """A number that is no count of packs."""


class MachineUnreachable(GatewayError):
    """No connection, or it ended; try again when the machine is on and its cable is in."""


class MachineSilent(GatewayError):
    """The machine did not answer in time."""


class WrongMachine(GatewayError):
    """Another subscriber answers at the address than the one it is kept for."""
