package kat.logging.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Base64;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import org.junit.jupiter.api.Test;

class SecretSignInTest {

    private KubeObject stored = secret("{}");

    private static KubeObject secret(String data) {
        return KubeObject.parse(("{\"data\":" + data + "}").getBytes(UTF_8));
    }

    private KubeObject find(ObjectKey key) {
        assertEquals("kat-system/login", key.toString());
        return stored;
    }

    @Test
    void isWhatTheSecretSaysNow() throws IOException {
        SecretSignIn signIn = new SecretSignIn("login", this::find);
        for (String said : new String[] {"Bearer one", "Bearer two"}) {
            String encoded = Base64.getEncoder().encodeToString((said + "\n").getBytes(UTF_8));
            stored = secret("{\"authorization\":\"" + encoded + "\"}");

            assertEquals(said, signIn.authorization());
        }
    }

    @Test
    void sendsNothingUnnamedWhereTheSecretHoldsNone() {
        IOException refused =
                assertThrows(
                        IOException.class,
                        () -> new SecretSignIn("login", this::find).authorization());

        assertEquals(
                "its sign-in cannot be read: secrets \"login\" has no key authorization",
                refused.getMessage());
    }

    @Test
    void saysThatTheSecretIsMissing() {
        SecretSignIn signIn =
                new SecretSignIn(
                        "login",
                        key -> {
                            throw Status.notFound(Kinds.SECRET, key.name()).asException();
                        });

        assertEquals(
                "its sign-in cannot be read: secrets \"login\" not found",
                assertThrows(IOException.class, signIn::authorization).getMessage());
    }
}
