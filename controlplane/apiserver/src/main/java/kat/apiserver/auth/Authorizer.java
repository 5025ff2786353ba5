package kat.apiserver.auth;

import kat.api.selector.FieldSelector;
import kat.api.selector.SelectorException;

/// Decides whether a user may do something.
///
/// **Threads:** any; blocks only where [#mayBlock] says so.
public interface Authorizer {

    /// What is to be done.
    ///
    /// @param path set when it concerns no resource, else empty
    /// @param fields the field selector of a list, as it was sent; empty for none
    record Action(
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path,
            String fields) {

        public Action(
                String verb,
                String group,
                String version,
                String resource,
                String subresource,
                String namespace,
                String name,
                String path) {
            this(verb, group, version, resource, subresource, namespace, name, path, "");
        }

        public static Action path(String verb, String path) {
            return new Action(verb, "", "", "", "", "", "", path);
        }

        /// The same for a list of what a field selector selects.
        public Action selecting(String selector) {
            return new Action(
                    verb, group, version, resource, subresource, namespace, name, path, selector);
        }

        /// The same with another verb.
        public Action withVerb(String other) {
            return new Action(
                    other, group, version, resource, subresource, namespace, name, path, fields);
        }

        /// What the field selector says. One that cannot be read selects everything, as far as
        /// permissions are concerned.
        public FieldSelector selection() {
            try {
                return FieldSelector.read(fields);
            } catch (SelectorException notRead) {
                return FieldSelector.EVERYTHING;
            }
        }

        /// Whether only objects are meant whose field has this value.
        boolean selects(String field, String value) {
            return selection().terms().contains(new FieldSelector.Term(field, value, true));
        }

        public boolean isResource() {
            return path.isEmpty();
        }
    }

    /// @param reason why, for people; may be empty
    /// @param isDenial whether nobody else may allow it
    /// @param fault why somebody who was asked could not decide; empty for no such
    record Decision(boolean allowed, String reason, boolean isDenial, String fault) {

        public Decision(boolean allowed, String reason) {
            this(allowed, reason, false, "");
        }

        /// Whether the request fails, since somebody could not decide and nobody allowed it.
        public boolean isFailure() {
            return !allowed && !fault.isEmpty();
        }

        public static Decision denied(String reason) {
            return new Decision(false, reason, true, "");
        }
    }

    /// Whether another server may be asked.
    default boolean mayBlock() {
        return false;
    }

    Decision authorize(User user, Action action);
}
