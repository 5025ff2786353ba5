package kat.client.kubeconfig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {

    private static final String TWO =
            """
            current-context: one
            contexts:
            - name: one
              context: {cluster: a, user: token, namespace: shop}
            - name: two
              context: {cluster: b, user: file}
            clusters:
            - name: a
              cluster: {server: "https://a.example:6443"}
            - name: b
              cluster: {server: "https://b.example:6443/path/"}
            users:
            - name: token
              user: {token: secret}
            - name: file
              user: {tokenFile: token.txt, exec: {command: login}}
            """;

    @TempDir Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("config"), text);
    }

    @Test
    void takesTheCurrentContext() throws IOException {
        Kubeconfig chosen = Kubeconfig.read(file(TWO), "");

        assertEquals(URI.create("https://a.example:6443/"), chosen.server());
        assertEquals("shop", chosen.namespace());
        assertEquals("Bearer secret", chosen.authorization());
    }

    @Test
    void readsATokensFileAnewEachTime() throws IOException {
        Kubeconfig chosen = Kubeconfig.read(file(TWO), "two");
        Files.writeString(folder.resolve("token.txt"), "first\n");
        String before = chosen.authorization();
        Files.writeString(folder.resolve("token.txt"), "second\n");

        assertEquals("Bearer first", before);
        assertEquals("Bearer second", chosen.authorization());
    }

    @Test
    void refusesAContextThatIsNotThere() throws IOException {
        Path file = file(TWO);

        KubeconfigException refused =
                assertThrows(KubeconfigException.class, () -> Kubeconfig.read(file, "three"));

        assertEquals("context \"three\" does not exist", refused.getMessage());
        assertTrue(refused.isFound());
    }

    @Test
    void tellsAFileThatNamesNoServer() throws IOException {
        Path empty = file("{}");
        Path absent = folder.resolve("absent");

        assertFalse(
                assertThrows(KubeconfigException.class, () -> Kubeconfig.read(empty, ""))
                        .isFound());
        assertFalse(
                assertThrows(KubeconfigException.class, () -> Kubeconfig.read(absent, ""))
                        .isFound());
    }

    @Test
    void refusesWhatIsNoAddressOrNoBase64() throws IOException {
        Kubeconfig noAddress =
                Kubeconfig.read(file(TWO.replace("https://a.example:6443", "https://a b")), "");
        Kubeconfig noBase64 =
                Kubeconfig.read(
                        file(TWO.replace("{token: secret}", "{client-certificate-data: '%'}")), "");

        assertEquals(
                "the server https://a b is no address",
                assertThrows(KubeconfigException.class, noAddress::server).getMessage());
        assertEquals(
                "the kubeconfig's certificates cannot be used",
                assertThrows(KubeconfigException.class, noBase64::tls).getMessage());
    }

    @Test
    void takesBase64InLines() throws IOException {
        Kubeconfig chosen =
                Kubeconfig.read(
                        file(
                                TWO.replace(
                                        "{token: secret}",
                                        "{client-certificate-data: \"bm8=\\n\"}")),
                        "");

        KubeconfigException refused = assertThrows(KubeconfigException.class, chosen::tls);

        assertInstanceOf(
                GeneralSecurityException.class,
                refused.getCause(),
                "it is decoded, and no certificate");
    }

    @Test
    void showsNoSecrets() throws IOException {
        assertEquals(
                "Kubeconfig[server=https://a.example:6443, namespace=shop]",
                Kubeconfig.read(file(TWO), "").toString());
    }

    @Test
    void refusesUsersThatSignInByAProgram() throws IOException {
        Kubeconfig chosen = Kubeconfig.read(file(TWO), "two");

        String why = assertThrows(KubeconfigException.class, chosen::tls).getMessage();

        assertTrue(String.valueOf(why).contains("exec"), why);
    }
}
