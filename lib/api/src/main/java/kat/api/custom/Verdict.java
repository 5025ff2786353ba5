package kat.api.custom;

import java.util.ArrayList;
import java.util.List;
import kat.api.Status;
import kat.api.json.Json;

/// What a schema says to a value: its faults, and how much fits, by which the nearest of several
/// alternatives is found.
///
/// **Threads:** one.
final class Verdict {

    private final List<Fault> faults = new ArrayList<>();
    private int matches;
    private boolean isUnknown;

    /// One fault.
    ///
    /// @param isComposite of several schemas together: has no path of its own
    /// @param text told to no one, but two faults with the same text are one
    private record Fault(
            boolean isComposite, String reason, String name, String message, String text) {}

    boolean isValid() {
        return faults.isEmpty();
    }

    /// Whether something could not be found out. There is a fault then, but that does not say
    /// that the value fails the schema.
    boolean isUnknown() {
        return isUnknown;
    }

    int matches() {
        return matches;
    }

    void count() {
        matches++;
    }

    private void add(Fault fault) {
        for (Fault known : faults) {
            if (known.text().equals(fault.text())) {
                return;
            }
        }
        faults.add(fault);
    }

    /// Of `anyOf` and its like, and of formats of numbers.
    void composite(String text) {
        add(new Fault(true, "FieldValueInvalid", "", "Invalid value: \"\": " + text, text));
    }

    /// @param shown the value as messages show it
    void invalid(String name, Json shown, String text) {
        add(
                new Fault(
                        false,
                        "FieldValueInvalid",
                        name,
                        "Invalid value: " + shown + ": " + text,
                        text));
    }

    /// As [#invalid], for what could not be found out.
    void unknown(String name, Json shown, String text) {
        isUnknown = true;
        invalid(name, shown, text);
    }

    void wrongType(String name, Json shown, String text) {
        add(
                new Fault(
                        false,
                        "FieldValueTypeInvalid",
                        name,
                        "Invalid value: " + shown + ": " + text,
                        text));
    }

    void required(String name) {
        add(
                new Fault(
                        false,
                        "FieldValueRequired",
                        name,
                        "Required value",
                        name + " in body is required"));
    }

    /// Takes a fault that [Faults] worded.
    void taken(String name, Status.Cause cause) {
        add(new Fault(false, cause.reason(), name, cause.message(), name + cause.message()));
    }

    void merge(Verdict other) {
        other.faults.forEach(this::add);
        matches += other.matches;
        isUnknown |= other.isUnknown;
    }

    /// The faults as causes.
    ///
    /// @param path of the value; empty for a whole object
    void tell(String path, Faults out) {
        for (Fault fault : faults) {
            String name = fault.name().startsWith(".") ? fault.name().substring(1) : fault.name();
            String at = fault.isComposite() || name.isEmpty() ? path : Faults.child(path, name);
            out.add(fault.reason(), at, fault.message());
        }
    }
}
