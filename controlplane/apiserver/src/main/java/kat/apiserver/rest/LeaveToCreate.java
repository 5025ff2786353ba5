package kat.apiserver.rest;

import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.apiserver.registry.WriteCall;

/// Begins writes of what may not be there yet: who makes it so must also be allowed to create, also
/// through a part of the object.
///
/// **Source:** `withAuthorization` in `apiserver/pkg/endpoints/handlers`.
record LeaveToCreate(Authorizer authorizer) {

    WriteCall begin(Call call) {
        return call.write().whenCreating(() -> require(call));
    }

    private void require(Call call) {
        Action action = HttpApi.action(call.info()).withVerb("create");
        User user = call.user();
        Authorizer.Decision decision = authorizer.authorize(user, action);
        if (!user.isMaster() && !decision.allowed()) {
            throw Forbidden.of(user, action, decision.reason()).asException();
        }
    }
}
