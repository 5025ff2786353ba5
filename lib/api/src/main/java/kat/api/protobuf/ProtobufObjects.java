package kat.api.protobuf;

import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Whole objects, which tell their own type, as bodies of requests and answers.
///
/// **Threads:** any.
public final class ProtobufObjects {

    private ProtobufObjects() {}

    /// An object with its envelope; null when objects of its type have no protobuf form.
    ///
    /// @param json canonical, with `apiVersion` and `kind`
    public static byte @Nullable [] encode(byte[] json) {
        String apiVersion = topLevel(json, "apiVersion");
        String kind = topLevel(json, "kind");
        Message message = Messages.builtIn().ofType(apiVersion, kind);
        return message == null
                ? null
                : Envelope.wrap(
                        Envelope.head(apiVersion, kind), ProtobufEncoder.encode(message, json));
    }

    /// The object in an envelope, as one of a type; bare of all but its type when there is no
    /// such form.
    ///
    /// @throws ProtobufException when the message is malformed
    public static JsonObject decode(Envelope envelope, String apiVersion, String kind) {
        Message message = Messages.builtIn().ofType(apiVersion, kind);
        JsonObject bare =
                message == null
                        ? JsonObject.EMPTY
                        : ProtobufDecoder.decode(message, envelope.raw());
        return bare.with("apiVersion", apiVersion).with("kind", kind);
    }

    private static String topLevel(byte[] json, String member) {
        JsonCursor in = new JsonCursor(json);
        while (in.next()) {
            String name = in.text();
            in.skip();
            if (name.equals(member)) {
                return in.text();
            }
            in.skipValue();
        }
        return "";
    }
}
