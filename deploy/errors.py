"""What can go wrong before anything runs; every message says where to look or what to do."""


class DeployError(Exception):
    """The processes of this machine cannot be started or stopped."""


class EmbeddedServiceError(DeployError):
    """A bundled server did not start or stop; the message names its log."""


class ProcessError(DeployError):
    """A process did not start, or others run already; the message says what to do."""
