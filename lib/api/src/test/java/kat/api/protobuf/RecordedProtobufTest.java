package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.FieldValidation;
import kat.api.schema.RequestBody;
import kat.api.schema.Schemas;
import kat.api.wire.WireFiles;
import org.junit.jupiter.api.Test;

/// Objects that Kubernetes sent in both forms, when `KAT_WIRE` names the folder of recorded answers
/// and `protobuf-pairs.jsonl` lies beside it.
class RecordedProtobufTest {

    private static final int FEWEST_PAIRS = 40;

    private record Pair(String path, JsonObject json, String base64) {
        byte[] protobuf() {
            return Base64.getDecoder().decode(base64);
        }
    }

    private static List<Pair> pairs() throws IOException {
        Path folder = WireFiles.folder();
        Path file = folder == null ? null : folder.resolveSibling("protobuf-pairs.jsonl");
        assumeTrue(file != null && Files.exists(file), "no recorded protobuf beside KAT_WIRE");
        List<Pair> pairs = new ArrayList<>();
        for (String line : Files.readString(file).split("\n", -1)) {
            if (!line.isEmpty()) {
                JsonObject pair = (JsonObject) Json.parse(line.getBytes(UTF_8));
                pairs.add(
                        new Pair(
                                pair.string("path"), pair.object("json"), pair.string("protobuf")));
            }
        }
        assertTrue(pairs.size() >= FEWEST_PAIRS, "pairs found: " + pairs.size());
        return pairs;
    }

    @Test
    void decodesWhatKubernetesSentIntoWhatItSentAsJson() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Pair pair : pairs()) {
            Envelope envelope = Envelope.parse(pair.protobuf());
            assertEquals(pair.json().string("apiVersion"), envelope.versionOr(""));
            assertEquals(pair.json().string("kind"), envelope.kindOr(""));
            JsonObject decoded = ProtobufDecoder.decode(message(pair.json()), envelope.raw());
            JsonObject got = read(pair.json(), decoded);
            if (!got.equals(withoutClaimTypes(pair.json()))) {
                faults.add(pair.path() + "\n  got  " + got + "\n  want " + pair.json());
            }
        }
        assertEquals(List.of(), faults);
    }

    @Test
    void encodesSoThatTheSameIsDecoded() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Pair pair : pairs()) {
            Message message = message(pair.json());
            byte[] encoded = ProtobufEncoder.encode(message, pair.json().toBytes());
            Envelope recorded = Envelope.parse(pair.protobuf());
            assertTrue(encoded.length <= recorded.raw().length, pair.path());
            JsonObject ours = ProtobufDecoder.decode(message, encoded);
            JsonObject theirs = ProtobufDecoder.decode(message, recorded.raw());
            JsonObject read = read(pair.json(), ours);
            if (!read.equals(read(pair.json(), theirs))) {
                faults.add(pair.path() + "\n  got  " + ours + "\n  want " + theirs);
            }
        }
        assertEquals(List.of(), faults);
    }

    private static Message message(JsonObject json) {
        return json.string("kind").equals("Status")
                ? Messages.builtIn().meta("Status")
                : Messages.builtIn().require(definition(json));
    }

    private static String definition(JsonObject json) {
        String kind = json.string("kind");
        boolean list = json.has("items");
        String single = list ? kind.substring(0, kind.length() - "List".length()) : kind;
        Kind found = Kinds.builtIn().byKind(json.string("apiVersion"), single);
        assertTrue(found != null, kind);
        return found.schema() + (list ? "List" : "");
    }

    /// The decoded object as a request's body is read, so that both have one form.
    private static JsonObject read(JsonObject typed, JsonObject decoded) {
        String version = typed.string("apiVersion");
        String kind = typed.string("kind");
        if (kind.equals("Status") || typed.has("items")) {
            return decoded.with("apiVersion", typed.string("apiVersion")).with("kind", kind);
        }
        RequestBody reader =
                new RequestBody(
                        version,
                        kind,
                        Schemas.builtIn().require(definition(typed)),
                        (_, _) -> true);
        return reader.readTree(decoded, FieldValidation.STRICT).object();
    }

    /// The claim templates of a StatefulSet show their type in JSON only.
    private static JsonObject withoutClaimTypes(JsonObject json) {
        return !json.object("spec").has("volumeClaimTemplates")
                ? json
                : json.change(
                        "spec",
                        spec ->
                                spec.map(
                                        (name, value) ->
                                                name.equals("volumeClaimTemplates")
                                                        ? ((JsonArray) value)
                                                                .map(RecordedProtobufTest::untyped)
                                                        : value));
    }

    private static Json untyped(Json claim) {
        return ((JsonObject) claim).without("apiVersion").without("kind");
    }
}
