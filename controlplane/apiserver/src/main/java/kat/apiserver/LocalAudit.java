package kat.apiserver;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.apiserver.audit.AuditHead;
import kat.apiserver.audit.AuditRecord;
import kat.apiserver.audit.Auditor;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import kat.client.WatchEvent;
import kat.client.WatchStream;
import org.jspecify.annotations.Nullable;

/// Tells the audit log of what components in the server's process do, as if they had come over
/// HTTP from this machine.
///
/// **Threads:** any.
///
/// @param auditor null for no audit log: nothing is done then
record LocalAudit(@Nullable Auditor auditor, User user) {

    private static final List<String> HERE = List.of("127.0.0.1");
    private static final int CREATED = 201;
    private static final int OK = 200;

    /// Null when nothing is told of it.
    @Nullable AuditRecord begin(Action action, String query) {
        if (auditor == null) {
            return null;
        }
        AuditHead head =
                new AuditHead(
                        auditor.newId(), uri(action, query), HERE, "kat/in-process", auditor.now());
        return auditor.begin(head, user, action);
    }

    static String uri(Action action, String query) {
        StringBuilder uri = new StringBuilder(action.group().isEmpty() ? "/api/" : "/apis/");
        if (!action.group().isEmpty()) {
            uri.append(action.group()).append('/');
        }
        uri.append(action.version()).append('/');
        if (!action.namespace().isEmpty()) {
            uri.append("namespaces/").append(action.namespace()).append('/');
        }
        uri.append(action.resource());
        boolean named = !action.name().isEmpty() && !isNew(action);
        if (named) {
            uri.append('/').append(action.name());
        }
        if (!action.subresource().isEmpty()) {
            uri.append('/').append(action.subresource());
        }
        return query.isEmpty() ? uri.toString() : uri.append('?').append(query).toString();
    }

    private static boolean isNew(Action action) {
        return action.verb().equals("create") && action.subresource().isEmpty();
    }

    /// Does what a record was begun for, and tells how it ended.
    static <T> T told(@Nullable AuditRecord record, Action action, Supplier<T> work) {
        if (record == null) {
            return work.get();
        }
        try {
            T done = work.get();
            record.completed(action.verb().equals("create") ? CREATED : OK);
            return done;
        } catch (StatusException e) {
            throw refused(record, e);
        }
    }

    /// Tells that something was refused.
    ///
    /// @return what it was refused with
    static StatusException refused(@Nullable AuditRecord record, StatusException why) {
        if (record != null) {
            record.answeredStatus(why.status().toJson(), why.status().code());
            record.completed(why.status().code());
        }
        return why;
    }

    /// Tells that a watch began, and later that it ended.
    static WatchStream told(AuditRecord record, WatchStream stream) {
        record.started(OK);
        return new WatchStream() {
            @Override
            public @Nullable WatchEvent next(Duration timeout) throws InterruptedException {
                return stream.next(timeout);
            }

            @Override
            public boolean isOver() {
                return stream.isOver();
            }

            @Override
            public void close() {
                stream.close();
                record.completed(OK);
            }
        };
    }

    static Action action(Kind kind, String verb, ObjectKey key, String subresource) {
        return new Action(
                verb,
                kind.group(),
                kind.version(),
                kind.plural(),
                subresource,
                key.namespace(),
                key.name(),
                "");
    }
}
