package kat.apiserver.dynamic;

import java.util.List;
import java.util.stream.IntStream;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.webhook.ReviewDecoder;
import org.jspecify.annotations.Nullable;

/// Whether the members of an `AdmissionReview` have the types that they must have.
///
/// **Source:** `k8s.io/api/admission/v1` AdmissionResponse; Go's `encoding/json` for the words.
final class ReviewShape {

    /// A member of a structure.
    ///
    /// @param type in JSON
    /// @param goType as Go calls it
    /// @param item the type of each item or value; null for scalars and structures
    private record Member(String path, String type, String goType, @Nullable String item) {}

    private static final String STRING = "string";
    private static final String OBJECT = "object";

    private static final List<Member> MEMBERS =
            List.of(
                    new Member("AdmissionReview.response", OBJECT, "v1.AdmissionResponse", null),
                    new Member("AdmissionResponse.response.uid", STRING, "types.UID", null),
                    new Member("AdmissionResponse.response.allowed", "bool", "bool", null),
                    new Member("AdmissionResponse.response.status", OBJECT, "v1.Status", null),
                    new Member("AdmissionResponse.response.patch", STRING, "[]uint8", null),
                    new Member(
                            "AdmissionResponse.response.patchType", STRING, "v1.PatchType", null),
                    new Member(
                            "AdmissionResponse.response.auditAnnotations",
                            OBJECT,
                            "map[string]string",
                            STRING),
                    new Member("AdmissionResponse.response.warnings", "array", "[]string", STRING),
                    new Member("Status.response.status.status", STRING, STRING, null),
                    new Member("Status.response.status.message", STRING, STRING, null),
                    new Member("Status.response.status.reason", STRING, "v1.StatusReason", null),
                    new Member("Status.response.status.code", "number", "int32", null),
                    new Member("Status.response.status.details", OBJECT, "v1.StatusDetails", null));

    private ReviewShape() {}

    /// The first member of a wrong type, in the words of Go; empty when there is none.
    static String misfit(JsonObject review) {
        for (Member member : MEMBERS) {
            Json value = at(review, member.path());
            if (value == null || value.isNull()) {
                continue;
            }
            if (!ReviewDecoder.goType(value).equals(member.type())) {
                return words(value, member.path(), member.goType());
            }
            String item = member.item();
            if (item != null) {
                for (Json each : items(value)) {
                    if (!each.isNull() && !ReviewDecoder.goType(each).equals(item)) {
                        return words(each, member.path(), item);
                    }
                }
            }
        }
        String patch = review.object("response").string("patch");
        int broken = brokenByte(patch);
        return broken < 0 ? "" : "illegal base64 data at input byte " + broken;
    }

    private static String words(Json value, String path, String type) {
        return "json: cannot unmarshal "
                + ReviewDecoder.goType(value)
                + " into Go struct field "
                + path
                + " of type "
                + type;
    }

    private static @Nullable Json at(JsonObject review, String path) {
        Json found = review;
        String[] names = path.split("\\.", -1);
        for (int i = 1; i < names.length; i++) {
            found = found instanceof JsonObject object ? object.get(names[i]) : null;
        }
        return found;
    }

    private static Iterable<Json> items(Json value) {
        if (value instanceof JsonArray array) {
            return array;
        }
        JsonObject object = (JsonObject) value;
        return IntStream.range(0, object.size()).mapToObj(object::valueAt).toList();
    }

    /// The place of the first character that Base64 does not have; -1 for none.
    private static int brokenByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isKnown =
                    (c < 128 && Character.isLetterOrDigit(c)) || "+/=\r\n".indexOf(c) >= 0;
            if (!isKnown) {
                return i;
            }
        }
        return -1;
    }
}
