"""Keys for signatures, made by the tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.tools import require_library

PASSPHRASE = "secret"  # noqa: S105 - of a key for one test


def write_key(path: Path, passphrase: str | None = PASSPHRASE, without: str = "") -> Path:
    """A PKCS#12 file with an RSA key and its own certificate, or one of them. Skips the test without the extra."""
    require_library("pyhanko")
    from cryptography import x509  # noqa: PLC0415 - it may not be installed
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - the same

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "City Office")])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only"), False
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, decipher_only=False, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    protection = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    parts = (None if without == "key" else key, None if without == "certificate" else certificate)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"office", *parts, None, protection))
    return path
