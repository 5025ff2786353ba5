package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.ProtobufObjects;
import kat.api.yaml.Yaml;
import kat.apiserver.http.Answer;

/// Forms of answers that need the bytes decoded again.
final class Rendering {

    private Rendering() {}

    /// A whole object in a form.
    static Answer of(int code, byte[] json, MediaType type) {
        return switch (type.form()) {
            case YAML -> yaml(code, json);
            case PROTOBUF -> protobuf(code, json);
            case JSON -> type.pretty() ? pretty(code, json) : Answers.json(code, json);
        };
    }

    private static Answer protobuf(int code, byte[] json) {
        byte[] body = ProtobufObjects.encode(json);
        if (body == null) {
            String kind = ((JsonObject) Json.parse(json)).string("kind");
            throw Status.notAcceptable(
                            "object *v1."
                                    + kind
                                    + " does not implement the protobuf marshalling interface and"
                                    + " cannot be encoded to a protobuf message")
                    .asException();
        }
        return protobufBody(code, List.of(body));
    }

    static Answer protobufBody(int code, List<byte[]> body) {
        return new Answer(code, Envelope.MEDIA_TYPE, Answers.NO_CACHE, body);
    }

    static Answer yaml(int code, byte[] json) {
        byte[] text = Yaml.write(Json.parse(json)).getBytes(UTF_8);
        return new Answer(code, "application/yaml", Answers.NO_CACHE, List.of(text));
    }

    static Answer pretty(int code, byte[] json) {
        StringBuilder text = new StringBuilder(json.length * 2);
        write(Json.parse(json), "", text);
        return Answers.json(code, text.toString().getBytes(UTF_8));
    }

    private static void write(Json value, String indent, StringBuilder out) {
        switch (value) {
            case JsonObject object when !object.isEmpty() -> {
                out.append('{');
                for (int i = 0; i < object.size(); i++) {
                    out.append(i == 0 ? "\n" : ",\n").append(indent).append("  ");
                    out.append(Json.of(object.nameAt(i))).append(": ");
                    write(object.valueAt(i), indent + "  ", out);
                }
                out.append('\n').append(indent).append('}');
            }
            case JsonArray array when !array.isEmpty() -> {
                out.append('[');
                for (int i = 0; i < array.size(); i++) {
                    out.append(i == 0 ? "\n" : ",\n").append(indent).append("  ");
                    write(array.get(i), indent + "  ", out);
                }
                out.append('\n').append(indent).append(']');
            }
            default -> out.append(value);
        }
    }
}
