package kat.api.apply;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import kat.api.Status;
import kat.api.json.JsonObject;

/// The answer to an apply that other managers' fields stand against.
final class Conflicts {

    private static final String REASON = "FieldManagerConflict";

    private Conflicts() {}

    /// @param conflicts the fields in question by who owns them
    static Status status(Map<ManagerEntry, JsonObject> conflicts) {
        List<ManagerEntry> managers = new ArrayList<>(conflicts.keySet());
        managers.sort(
                Comparator.comparing(ManagerEntry::manager).thenComparing(ManagerEntry.ORDER));
        List<Status.Cause> causes = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (ManagerEntry manager : managers) {
            lines.add("conflicts with " + manager.display() + ":");
            for (String path : Paths.of(conflicts.getOrDefault(manager, JsonObject.EMPTY))) {
                causes.add(new Status.Cause(REASON, "conflict with " + manager.display(), path));
                lines.add("- " + path);
            }
        }
        String what =
                causes.size() == 1
                        ? " conflict: "
                                + causes.getFirst().message()
                                + ": "
                                + causes.getFirst().field()
                        : " conflicts: " + String.join("\n", lines);
        return Status.applyConflict("Apply failed with " + causes.size() + what, causes);
    }
}
