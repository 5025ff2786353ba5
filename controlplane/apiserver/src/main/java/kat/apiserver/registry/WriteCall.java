package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import kat.api.schema.FieldValidation;
import org.jspecify.annotations.Nullable;

/// How one write is made, and what it wants to tell its sender beside the answer.
///
/// **Threads:** belongs to one request; webhooks that are asked at once may warn and annotate.
public final class WriteCall {

    private final String actor;
    private final long cause;
    private final String manager;
    private final boolean dryRun;
    private final String subresource;
    private final Form form;
    private final Told told;

    /// What is told beside the answer; shared with the calls that are made of this one.
    private static final class Told {
        private final Set<String> warnings = new LinkedHashSet<>();
        private final List<String> faults = new ArrayList<>();
        private final SortedMap<String, String> annotations = new TreeMap<>();
        private final SortedMap<String, String> contents = new TreeMap<>();
    }

    /// What was said about the write beside the object.
    ///
    /// @param options as sent, without their type
    /// @param creation checks whether the sender may make an object
    /// @param isOfMany whether the request names no object
    /// @param verb of the request that writes
    private record Form(
            FieldValidation validation,
            @Nullable Sender sender,
            JsonObject options,
            Runnable creation,
            boolean isOfMany,
            String verb) {
        static final Form PLAIN =
                new Form(FieldValidation.IGNORE, null, JsonObject.EMPTY, () -> {}, false, "update");
    }

    /// @param actor the user's name, kept with the write
    /// @param cause the revision that made the actor act; 0 for none
    /// @param manager owns the fields that are set; empty when nobody does
    /// @param subresource empty for the object itself
    public WriteCall(String actor, long cause, String manager, boolean dryRun, String subresource) {
        this.actor = actor;
        this.cause = cause;
        this.manager = manager;
        this.dryRun = dryRun;
        this.subresource = subresource;
        this.form = Form.PLAIN;
        this.told = new Told();
    }

    private WriteCall(WriteCall other, boolean dryRun, String subresource, Form form) {
        this.actor = other.actor;
        this.cause = other.cause;
        this.manager = other.manager;
        this.dryRun = dryRun;
        this.subresource = subresource;
        this.form = form;
        this.told = other.told;
    }

    /// The same with unknown fields treated so; by default they are dropped silently.
    public WriteCall validating(FieldValidation fields) {
        return with(
                new Form(
                        fields,
                        form.sender(),
                        form.options(),
                        form.creation(),
                        form.isOfMany(),
                        form.verb()));
    }

    private WriteCall with(Form other) {
        return new WriteCall(this, dryRun, subresource, other);
    }

    /// The same for a user, whose writes webhooks and policies see, and who may give others
    /// only what they have themselves.
    public WriteCall by(Sender user) {
        return with(
                new Form(
                        form.validation(),
                        user,
                        form.options(),
                        form.creation(),
                        form.isOfMany(),
                        form.verb()));
    }

    /// The same for an update or an apply, which may make the object that is not there.
    ///
    /// @param check throws when the sender may not
    public WriteCall whenCreating(Runnable check) {
        return with(
                new Form(
                        form.validation(),
                        form.sender(),
                        form.options(),
                        check,
                        form.isOfMany(),
                        form.verb()));
    }

    /// The same for a request with that verb, such as `patch`; by default `update`.
    public WriteCall asked(String verb) {
        return with(
                new Form(
                        form.validation(),
                        form.sender(),
                        form.options(),
                        form.creation(),
                        form.isOfMany(),
                        verb));
    }

    /// The verb by which permissions for the request are looked for.
    public String verb() {
        return form.verb();
    }

    /// The same for one of many objects that are deleted with one request.
    public WriteCall ofMany() {
        return with(
                new Form(
                        form.validation(),
                        form.sender(),
                        form.options(),
                        form.creation(),
                        true,
                        form.verb()));
    }

    /// Whether the request names no object.
    public boolean isOfMany() {
        return form.isOfMany();
    }

    /// Is asked before an object is made.
    ///
    /// @throws kat.api.StatusException when the sender may not make it
    void requireCreation() {
        form.creation().run();
    }

    /// The same with the options that were sent, for webhooks and policies.
    public WriteCall with(JsonObject options) {
        return with(
                new Form(
                        form.validation(),
                        form.sender(),
                        options,
                        form.creation(),
                        form.isOfMany(),
                        form.verb()));
    }

    /// The same for a part of the object.
    public WriteCall below(String part) {
        return new WriteCall(this, dryRun, part, form);
    }

    /// The same as a dry run, or not.
    public WriteCall withDryRun(boolean other) {
        return new WriteCall(this, other, subresource, form);
    }

    /// The same for a write that was admitted in another form: webhooks and policies do not
    /// see it.
    public WriteCall admitted() {
        return with(
                new Form(
                        form.validation(),
                        null,
                        form.options(),
                        form.creation(),
                        form.isOfMany(),
                        form.verb()));
    }

    /// Who sends the write; null when the server itself writes.
    public @Nullable Sender sender() {
        return form.sender();
    }

    /// The options that were sent, without their type.
    public JsonObject options() {
        return form.options();
    }

    /// The groups of the user; null when the server itself writes.
    public @Nullable List<String> groups() {
        Sender user = form.sender();
        return user == null ? null : user.groups();
    }

    public FieldValidation validation() {
        return form.validation();
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
        synchronized (told) {
            if (!text.isEmpty()) {
                told.warnings.add(text);
            }
        }
    }

    /// Keeps what is wrong with the request until it is known what else is.
    public void found(String fault) {
        synchronized (told) {
            told.faults.add(fault);
        }
    }

    /// What is wrong with the request, as far as it was not told yet.
    public List<String> found() {
        synchronized (told) {
            return List.copyOf(told.faults);
        }
    }

    /// In the order in which they were made.
    public List<String> warnings() {
        synchronized (told) {
            return List.copyOf(told.warnings);
        }
    }

    /// Tells the audit log something about the write; what was told first under a key stays.
    public void annotate(String key, String value) {
        synchronized (told) {
            told.annotations.putIfAbsent(key, value);
        }
    }

    /// As [#annotate] for what shows parts of objects: told only where their content is.
    public void annotateContent(String key, String value) {
        synchronized (told) {
            told.contents.putIfAbsent(key, value);
        }
    }

    /// What the audit log shall tell, by key.
    ///
    /// @param withContent whether the log tells the content of objects
    public SortedMap<String, String> annotations(boolean withContent) {
        synchronized (told) {
            SortedMap<String, String> all = new TreeMap<>(told.annotations);
            if (withContent) {
                all.putAll(told.contents);
            }
            return all;
        }
    }
}
