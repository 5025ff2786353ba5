package kat.api.validation;

import kat.api.json.JsonObject;

/// What a message shows of two forms of an object: the fields that differ, as lines.
///
/// Kubernetes prints its Go structs line by line with three lines around each change; a client that
/// reads more than the sentence before it reads them as text for people.
final class Difference {

    private Difference() {}

    /// The lines that say how an object changed: `-` before what was, `+` before what is.
    static String between(JsonObject before, JsonObject after) {
        StringBuilder lines = new StringBuilder("@@ -1,1 +1,1 @@\n");
        for (String name : before.names()) {
            if (!String.valueOf(before.get(name)).equals(String.valueOf(after.get(name)))) {
                lines.append("- \"")
                        .append(name)
                        .append("\": ")
                        .append(before.get(name))
                        .append('\n');
            }
        }
        for (String name : after.names()) {
            if (!String.valueOf(before.get(name)).equals(String.valueOf(after.get(name)))) {
                lines.append("+ \"")
                        .append(name)
                        .append("\": ")
                        .append(after.get(name))
                        .append('\n');
            }
        }
        return lines.toString();
    }
}
