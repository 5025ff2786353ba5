package kat.client.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users that sign in by a program, which here is a script that counts how often it ran.
class SignInTest {

    private static final String V1 = "client.authentication.k8s.io/v1";

    @TempDir Path folder;
    private final FakeTicker ticker = new FakeTicker(Instant.parse("2026-01-01T00:00:00Z"));

    /// @param status what the program gives; `$n` in it is the number of the run
    private SignIn signIn(String version, String status) throws IOException {
        return signIn(
                version,
                """
                n=$(($(cat runs 2>/dev/null || echo 0) + 1)); echo $n > runs
                echo "$KUBERNETES_EXEC_INFO" > told; echo "$1 $COLOUR" > words
                cat <<END
                {"apiVersion": "%s", "kind": "ExecCredential", "status": %s}
                END
                """
                        .formatted(V1, status),
                "");
    }

    private SignIn signIn(String version, String script, String mode) throws IOException {
        Path program = folder.resolve("login");
        Files.writeString(program, "#!/bin/sh\ncd " + folder + "\n" + script);
        assertTrue(program.toFile().setExecutable(true));
        Files.writeString(
                folder.resolve("config"),
                """
                current-context: one
                contexts: [{name: one, context: {cluster: a, user: me}}]
                clusters:
                - name: a
                  cluster: {server: "https://a.example:6443", certificate-authority: ca.pem}
                users:
                - name: me
                  user:
                    exec:
                      apiVersion: %s
                      command: ./login
                      args: [get-token]
                      env: [{name: COLOUR, value: red}]
                      provideClusterInfo: true
                      interactiveMode: "%s"
                      installHint: get it somewhere
                """
                        .formatted(version, mode));
        Files.writeString(folder.resolve("ca.pem"), "authority");
        return new SignIn(Kubeconfig.read(folder.resolve("config"), ""), ticker);
    }

    private String file(String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }

    private static String refusal(SignIn signIn) {
        return String.valueOf(
                assertThrows(KubeconfigException.class, signIn::current).getMessage());
    }

    @Test
    void takesTheTokenThatTheProgramGives() throws IOException {
        Kubeconfig signedIn = signIn(V1, "{\"token\": \"t$n\"}").current();

        assertEquals("Bearer t1", signedIn.authorization());
        assertFalse(signedIn.user().has("exec"));
        assertEquals("get-token red", file("words"));
    }

    @Test
    void tellsTheProgramWhichClusterIsMeant() throws IOException {
        Kubeconfig unused = signIn(V1, "{\"token\": \"t\"}").current();

        JsonObject told =
                assertInstanceOf(
                        JsonObject.class,
                        Json.parse(file("told").getBytes(StandardCharsets.UTF_8)));

        assertEquals("ExecCredential", told.string("kind"));
        assertEquals(V1, told.string("apiVersion"));
        assertEquals(
                "{\"certificate-authority-data\":\"YXV0aG9yaXR5\",\"server\":\"https://a.example:6443\"}",
                told.object("spec").object("cluster").toString());
    }

    @Test
    void asksAgainWhenTheTokenHasExpiredAndNotBefore() throws IOException {
        String until = ticker.now().plusSeconds(60).toString();
        String status = "{\"token\": \"t$n\", \"expirationTimestamp\": \"" + until + "\"}";
        SignIn signIn = signIn(V1, status);

        Kubeconfig first = signIn.current();
        Kubeconfig same = signIn.current();
        ticker.advance(Duration.ofSeconds(61));
        Kubeconfig later = signIn.current();

        assertEquals("Bearer t1", first.authorization());
        assertEquals("Bearer t1", same.authorization());
        assertEquals("Bearer t2", later.authorization());
    }

    @Test
    void fetchesOthersOnceForAllWhoWereRefused() throws IOException {
        SignIn signIn = signIn(V1, "{\"token\": \"t$n\"}");
        Kubeconfig refused = signIn.current();

        assertTrue(signIn.renew(refused));
        assertTrue(signIn.renew(refused));

        assertEquals("Bearer t2", signIn.current().authorization());
        assertEquals("2", file("runs"));
    }

    @Test
    void takesCertificatesWithTheirKeys() throws IOException {
        String half = "{\"clientCertificateData\": \"c\"}";
        String both = "{\"clientCertificateData\": \"c\", \"clientKeyData\": \"k\"}";

        Kubeconfig signedIn = signIn(V1, both).current();

        assertEquals("Yw==", signedIn.user().string("client-certificate-data"));
        assertEquals("aw==", signedIn.user().string("client-key-data"));
        assertTrue(refusal(signIn(V1, half)).contains("not both"));
    }

    @Test
    void tellsWhyAProgramDoesNotSignIn() throws IOException {
        String beta = "client.authentication.k8s.io/v1beta1";

        assertTrue(refusal(signIn(V1, "{}")).contains("no token and no certificate"));
        assertTrue(refusal(signIn(beta, "{}")).contains("configured to use " + beta));
        assertTrue(refusal(signIn("v0", "{}")).contains("invalid apiVersion \"v0\""));
        assertTrue(refusal(signIn(V1, "exit 3", "")).contains("exit code 3"));
        assertTrue(refusal(signIn(V1, "echo hello", "")).contains("JSON"));
        assertTrue(refusal(signIn(V1, "", "Always")).contains("interactiveMode"));
        SignIn absent = signIn(V1, "{}");
        Files.delete(folder.resolve("login"));
        assertTrue(refusal(absent).endsWith("cannot be run: get it somewhere"));
    }
}
