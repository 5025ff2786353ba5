package kat.logging.program;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.logging.output.SignIn;

/// By the key `authorization` of a Secret, as it is now: who changes it need not restart anything.
///
/// @param name of the Secret beside the program
/// @param secrets finds one, or throws a [StatusException]
record SecretSignIn(String name, Function<ObjectKey, KubeObject> secrets) implements SignIn {

    private static final String KEY = "authorization";

    @Override
    public String authorization() throws IOException {
        JsonObject data;
        try {
            data = secrets.apply(ObjectKey.of(Registration.NAMESPACE, name)).tree().object("data");
        } catch (StatusException e) {
            throw new IOException("its sign-in cannot be read: " + e.getMessage(), e);
        }
        if (!data.has(KEY)) {
            throw new IOException(
                    "its sign-in cannot be read: secrets \"" + name + "\" has no key " + KEY);
        }
        byte[] value = Base64.getDecoder().decode(data.string(KEY));
        return new String(value, StandardCharsets.UTF_8).strip();
    }
}
