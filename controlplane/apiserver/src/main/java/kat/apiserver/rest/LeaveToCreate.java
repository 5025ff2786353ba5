package kat.apiserver.rest;

import kat.api.Kind;
import kat.api.Status;
import kat.api.StatusException;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.apiserver.registry.WriteCall;

/// Asks whether one may create who was let in for another verb: who writes what may not be
/// there yet, also through a part of the object, and who opens a stream into a pod.
///
/// **Source:** `withAuthorization` in `apiserver/pkg/endpoints/handlers`,
/// `ensureAuthorizedForVerb` in `pkg/registry/core/pod/rest`.
record LeaveToCreate(Authorizer authorizer) {

    private static final String CREATE = "create";

    WriteCall begin(Call call) {
        return call.write().whenCreating(() -> require(call));
    }

    /// Who opens a stream into a pod must be allowed to create it, whatever the method: a
    /// WebSocket begins with a GET.
    ///
    /// @param kind of what the stream leads into
    /// @throws StatusException with reason Forbidden
    void requireForStream(Call call, Kind kind) {
        if (call.info().verb().equals(CREATE)) {
            return; // asked already
        }
        Authorizer.Decision decision = decide(call);
        if (!decision.allowed()) {
            throw Status.forbidden(kind, call.info().name(), decision.reason()).asException();
        }
    }

    private void require(Call call) {
        Authorizer.Decision decision = decide(call);
        if (!decision.allowed()) {
            throw Forbidden.of(call.user(), action(call), decision.reason()).asException();
        }
    }

    private Authorizer.Decision decide(Call call) {
        User user = call.user();
        return user.isMaster()
                ? new Authorizer.Decision(true, "")
                : authorizer.authorize(user, action(call));
    }

    private static Action action(Call call) {
        return HttpApi.action(call.info()).withVerb(CREATE);
    }
}
