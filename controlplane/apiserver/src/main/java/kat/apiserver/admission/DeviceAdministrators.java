package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Devices that are in use can be claimed beside their users, to look after them, from namespaces
/// that say so by a label.
///
/// **Source:** KEP-5018; `pkg/registry/resource` (AuthorizedForAdmin).
final class DeviceAdministrators implements Plugin {

    private static final String LABEL = "resource.kubernetes.io/admin-access";

    private final Lookup lookup;

    DeviceAdministrators(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        List<JsonObject> requests = requests(attributes.target().kind(), object);
        if (attributes.operation() != Operation.CREATE || requests.isEmpty()) {
            return;
        }
        List<Status.Cause> faults = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            if (requests.get(i).object("exactly").bool("adminAccess")) {
                faults.add(
                        new Status.Cause(
                                "FieldValueForbidden",
                                "Forbidden: admin access to devices requires the `"
                                        + LABEL
                                        + ": true` label on the containing namespace",
                                "spec.devices.requests[" + i + "].adminAccess"));
            }
        }
        if (!faults.isEmpty() && !mayAdminister(attributes.target().namespace())) {
            String name = object.object("metadata").string("name");
            throw Status.invalid(attributes.target().kind(), name, faults).asException();
        }
    }

    private static List<JsonObject> requests(Kind kind, JsonObject object) {
        JsonObject spec = object.object("spec");
        return switch (kind.resource()) {
            case "resourceclaims.resource.k8s.io" ->
                    spec.object("devices").array("requests").objects();
            case "resourceclaimtemplates.resource.k8s.io" ->
                    spec.object("spec").object("devices").array("requests").objects();
            default -> List.of();
        };
    }

    private boolean mayAdminister(String namespace) {
        KubeObject found = lookup.find(Kinds.NAMESPACE, "", namespace);
        return found != null && found.metadata().object("labels").string(LABEL).equals("true");
    }
}
