"""Keys for signatures, made by the tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.tools import require_library

PASSPHRASE = "secret"  # noqa: S105 - of a key for one test

_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def new_key(kind: str = "ec", bits: int = 256) -> Any:
    """Return a private key: `rsa` of a size, `ec` (P-192, P-224 or else P-256), `ed25519` or `ed448`.

    RSA keys take much longer to make, to read and to sign with: tests use them for what concerns RSA.
    """
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa  # noqa: PLC0415 - not installed

    small_curves = {192: ec.SECP192R1(), 224: ec.SECP224R1()}
    makers = {
        "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=bits),
        "ec": lambda: ec.generate_private_key(small_curves.get(bits, ec.SECP256R1())),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
    }
    return makers[kind]()


def new_certificate(
    key: Any, owner: str = "City Office", valid_days: tuple[int, int] = (-1, 30), *, timestamps: bool = False
) -> Any:
    """Return a certificate for a key, signed with that key, for signatures or for timestamps.

    `valid_days` are the days of its first and last validity, counted from today.
    """
    from cryptography import x509  # noqa: PLC0415 - it may not be installed
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519  # noqa: PLC0415 - the same
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415 - the same

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, owner)])
    now = datetime.now(UTC)
    usage = {**dict.fromkeys(_USAGES, False), "digital_signature": True, "content_commitment": True}
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey) else hashes.SHA256()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=valid_days[0]))
        .not_valid_after(now + timedelta(days=valid_days[1]))
        .add_extension(x509.KeyUsage(**usage), critical=True)
    )
    if timestamps:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purposes, critical=True)
    return builder.sign(key, digest)


def key_file(key: Any, certificate: Any, passphrase: str | None = None) -> bytes:
    """Return a PKCS#12 file with a key and its certificate; one of them may be None."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - it may not be installed
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - the same

    protection = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    return pkcs12.serialize_key_and_certificates(b"office", key, certificate, None, protection)


def write_key(  # the options are those of `new_key` and `new_certificate`
    path: Path,
    passphrase: str | None = PASSPHRASE,
    without: str = "",
    *,
    kind: str = "ec",
    bits: int = 256,
    owner: str = "City Office",
    valid_days: tuple[int, int] = (-1, 30),
) -> Path:
    """Write a PKCS#12 file with a key and its own certificate, or one of them. Skips the test without the extra."""
    require_library("pyhanko")
    key = new_key(kind, bits)
    certificate = new_certificate(key, owner, valid_days)
    content = key_file(None if without == "key" else key, None if without == "certificate" else certificate, passphrase)
    path.write_bytes(content)
    return path
