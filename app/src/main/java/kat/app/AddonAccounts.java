package kat.app;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.apiserver.auth.User;
import kat.app.addons.AddonPrograms;
import kat.base.Ticker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.client.addon.ProgramContext;

/// The API as the accounts of add-ons' programs see it.
///
/// **Threads:** any.
record AddonAccounts(ApiServer apiServer, Ticker ticker) {

    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    /// How long before its end a token is given out no more.
    private static final Duration MARGIN = Duration.ofMinutes(20);

    /// In this process; the account may do what roles allow it.
    Transport transport(String addon) {
        return apiServer.transport(
                User.of(
                        "system:serviceaccount:" + AddonPrograms.NAMESPACE + ":" + addon,
                        List.of(
                                "system:serviceaccounts",
                                "system:serviceaccounts:" + AddonPrograms.NAMESPACE)));
    }

    /// Over HTTPS, with tokens of the account's.
    ProgramContext.Server server(String addon) {
        return new ProgramContext.Server(apiServer.address(), trust(), new Tokens(addon)::get);
    }

    private SSLContext trust() {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry("cluster", apiServer.pki().authority().certificate());
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, managers.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException("the cluster's own certificate cannot be trusted", e);
        }
    }

    /// @param end until when it serves
    private record Given(String token, Instant end) {}

    /// Asks for a new token when the last one comes to its end.
    private final class Tokens {

        private final String addon;
        /// Two who find the same old one both ask; each answer serves.
        private volatile Given last = new Given("", Instant.MIN);

        Tokens(String addon) {
            this.addon = addon;
        }

        String get() {
            Instant now = ticker.now();
            Given given = last;
            if (given.token().isEmpty() || now.isAfter(given.end().minus(MARGIN))) {
                given = new Given(asked(), now.plus(TOKEN_LIFE));
                last = given;
            }
            return given.token();
        }

        private String asked() {
            JsonObject request =
                    JsonObject.builder()
                            .put("apiVersion", "authentication.k8s.io/v1")
                            .put("kind", "TokenRequest")
                            .put(
                                    "metadata",
                                    JsonObject.builder()
                                            .put("name", addon)
                                            .put("namespace", AddonPrograms.NAMESPACE)
                                            .build())
                            .put(
                                    "spec",
                                    JsonObject.builder()
                                            .put("expirationSeconds", TOKEN_LIFE.toSeconds())
                                            .build())
                            .build();
            return apiServer
                    .transport(User.component("system:kat"))
                    .create(
                            Kinds.SERVICE_ACCOUNT,
                            new KubeObject(request),
                            WriteOptions.NONE.on("token"))
                    .object()
                    .status()
                    .string("token");
        }
    }
}
