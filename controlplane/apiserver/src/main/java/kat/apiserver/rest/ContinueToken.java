package kat.apiserver.rest;

import java.util.Arrays;
import java.util.Base64;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;

/// Where the next page of a list begins, and at which revision.
///
/// @param revision [#NEWEST] where the pages are no longer consistent with the first
/// @param start the key behind the prefix of what is listed
///
/// **Source:** `apiserver/pkg/storage/continue.go`.
record ContinueToken(long revision, String start) {

    /// Goes on with whatever is there now.
    static final long NEWEST = -1;

    private static final String VERSION = "meta.k8s.io/v1";

    String encode() {
        byte[] json =
                JsonObject.builder()
                        .put("v", VERSION)
                        .put("rv", revision)
                        .put("start", start)
                        .build()
                        .toBytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /// @throws kat.api.StatusException when the token was not made by this server
    static ContinueToken decode(String token) {
        byte[] json;
        try {
            json = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw invalid("illegal base64 data at input byte " + firstForeign(token));
        }
        try {
            if (Json.parse(json) instanceof JsonObject tree) {
                return of(tree);
            }
        } catch (JsonException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        throw invalid("server does not recognize this encoded version");
    }

    private static ContinueToken of(JsonObject tree) {
        if (!tree.string("v").equals(VERSION)) {
            throw invalid("server does not recognize this encoded version " + tree.string("v"));
        }
        if (!(tree.get("rv") instanceof JsonNumber revision) || !revision.isInteger()) {
            throw invalid("the encoded start resourceVersion is no number");
        }
        String start = tree.string("start");
        if (revision.longValue() == 0) {
            throw invalid("incorrect encoded start resourceVersion (version " + VERSION + ")");
        }
        if (start.isEmpty()) {
            throw invalid("encoded start key empty (version " + VERSION + ")");
        }
        if (!isClean(start)) {
            throw invalid(start);
        }
        return new ContinueToken(revision.longValue(), start);
    }

    /// Whether a key has no empty part and none that leads upwards.
    private static boolean isClean(String key) {
        String plain = key.startsWith("/") ? key.substring(1) : key;
        return Arrays.stream(plain.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    /// What Go's decoder complains about: a foreign character, or the incomplete group at the end.
    private static int firstForeign(String token) {
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            boolean known = c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
            if (!known) {
                return i;
            }
        }
        return token.length() / 4 * 4;
    }

    private static kat.api.StatusException invalid(String why) {
        return Status.badRequest("invalid continue token: continue key is not valid: " + why)
                .asException();
    }
}
