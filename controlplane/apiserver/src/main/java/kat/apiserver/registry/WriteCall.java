package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import kat.api.schema.FieldValidation;
import org.jspecify.annotations.Nullable;

/// How one write is made, and what it wants to tell its sender beside the answer.
///
/// **Threads:** belongs to one request.
public final class WriteCall {

    private final String actor;
    private final long cause;
    private final String manager;
    private final boolean dryRun;
    private final String subresource;
    private final FieldValidation validation;
    private final @Nullable List<String> groups;
    private final List<String> warnings = new ArrayList<>();

    /// @param actor the user's name, kept with the write
    /// @param cause the revision that made the actor act; 0 for none
    /// @param manager owns the fields that are set
    /// @param subresource empty for the object itself
    public WriteCall(String actor, long cause, String manager, boolean dryRun, String subresource) {
        this(actor, cause, manager, dryRun, subresource, FieldValidation.IGNORE, null);
    }

    private WriteCall(
            String actor,
            long cause,
            String manager,
            boolean dryRun,
            String subresource,
            FieldValidation validation,
            @Nullable List<String> groups) {
        this.actor = actor;
        this.cause = cause;
        this.manager = manager;
        this.dryRun = dryRun;
        this.subresource = subresource;
        this.validation = validation;
        this.groups = groups;
    }

    /// The same with unknown fields treated so; by default they are dropped silently.
    public WriteCall validating(FieldValidation fields) {
        return new WriteCall(actor, cause, manager, dryRun, subresource, fields, groups);
    }

    /// The same for a user of these groups, who may give others only what they have themselves.
    public WriteCall by(List<String> userGroups) {
        return new WriteCall(
                actor, cause, manager, dryRun, subresource, validation, List.copyOf(userGroups));
    }

    /// The groups of the user; null when the server itself writes.
    public @Nullable List<String> groups() {
        return groups;
    }

    public FieldValidation validation() {
        return validation;
    }

    public String actor() {
        return actor;
    }

    public long cause() {
        return cause;
    }

    public String manager() {
        return manager;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    public String subresource() {
        return subresource;
    }

    public void warn(String text) {
        if (!warnings.contains(text)) {
            warnings.add(text);
        }
    }

    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
