"""A small OpenID provider on a real port: discovery, authorization with PKCE, and tokens that it signs."""

import base64
import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from time import time
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "feedback", "a secret between provider and client"


@dataclass
class Provider:
    """Who signs in there is `claims`; `tamper` is laid over the claims of the token before it is signed."""

    claims: dict[str, object] = field(default_factory=dict)
    tamper: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signing_key: RSAKey | None = None
    granted: dict[str, dict[str, str]] = field(default_factory=dict)
    issuer: str = ""

    def __enter__(self) -> "Provider":
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, address: str) -> str:
        """What a browser is sent back to after its owner has signed in at the provider."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.granted[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def _app(self) -> Flask:
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", "discovery", self._discovery)
        app.add_url_rule("/keys", "keys", lambda: jsonify(keys=[self.key.as_dict(private=False)]))
        app.add_url_rule("/authorize", "authorize", lambda: redirect(self.answer(request.url)))
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        return app

    def _discovery(self):
        return jsonify(
            issuer=self.issuer,
            authorization_endpoint=f"{self.issuer}/authorize",
            token_endpoint=f"{self.issuer}/token",
            jwks_uri=f"{self.issuer}/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    def _token(self):
        asked = self.granted.pop(request.form["code"])
        challenge = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        sent = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if sent != asked["code_challenge"] or request.headers["Authorization"] != f"Basic {known}":
            return jsonify(error="invalid_grant"), 400
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "nonce": asked["nonce"], "iat": int(time())}
        claims |= {"exp": int(time()) + 300} | self.claims | self.tamper
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing_key or self.key)
        return jsonify(access_token="unused", token_type="Bearer", id_token=token)
