package kat.app;

import java.util.List;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.User;
import kat.controllers.certificate.CertificateApprover;

/// What those may do who ask for certificates.
///
/// **Threads:** any.
record CertificatePermissions(Authorizer authorizer) implements CertificateApprover.Permissions {

    @Override
    public boolean allow(KubeObject request, String part) {
        JsonObject spec = request.spec();
        TreeMap<String, List<String>> extra = new TreeMap<>();
        for (String key : spec.object("extra").names()) {
            extra.put(key, spec.object("extra").array(key).strings());
        }
        User user =
                new User(
                        spec.string("username"),
                        spec.string("uid"),
                        spec.array("groups").strings(),
                        extra);
        Authorizer.Action action =
                new Authorizer.Action(
                        "create",
                        "certificates.k8s.io",
                        "*",
                        "certificatesigningrequests",
                        part,
                        "",
                        "",
                        "");
        return authorizer.authorize(user, action).allowed();
    }
}
