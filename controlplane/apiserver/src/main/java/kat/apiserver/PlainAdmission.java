package kat.apiserver;

import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission;

/// Admits everything as it is.
final class PlainAdmission implements Admission {

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        return object;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {}
}
