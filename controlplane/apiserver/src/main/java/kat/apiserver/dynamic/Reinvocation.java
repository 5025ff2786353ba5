package kat.apiserver.dynamic;

import java.util.HashSet;
import java.util.Set;
import kat.api.json.JsonObject;

/// Which webhooks, or which policies, are asked again because the object changed after they saw it.
///
/// **Threads:** belongs to one request.
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/mutating/reinvocationcontext.go`.
final class Reinvocation {

    private final Set<String> asked = new HashSet<>();
    private final Set<String> again = new HashSet<>();
    private JsonObject output = JsonObject.EMPTY;

    /// The object as it comes in the second time.
    void comesBack(JsonObject object) {
        if (!object.equals(output)) {
            changed();
        }
    }

    void leaves(JsonObject object) {
        output = object;
    }

    /// One was asked that wants to see later changes.
    void asked(String key) {
        asked.add(key);
    }

    /// The object is another now.
    void changed() {
        again.addAll(asked);
        asked.clear();
    }

    boolean isAskedAgain(String key) {
        return again.contains(key);
    }
}
