"""A certificate for --tls, made on the spot by a certificate authority of its own."""

import ssl
from pathlib import Path


def make(host: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """The server's context, and the authority's certificate for clients to trust."""
    import trustme

    authority = trustme.CA(organization_name="callout local")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, "localhost", "127.0.0.1").configure_cert(context)
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, path
