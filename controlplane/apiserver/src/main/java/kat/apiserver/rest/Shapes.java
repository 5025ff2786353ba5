package kat.apiserver.rest;

import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;

/// Other shapes in which objects are answered: tables and bare metadata.
interface Shapes {

    /// One object in the shape that the call wants.
    byte[] object(Call call, Resource resource, KubeObject object);

    /// What lies below an object, as a kind of its own, in the shape that the call wants.
    byte[] part(Call call, Kind kind, JsonObject part);

    /// A page of a list in the shape that the call wants.
    byte[] list(Call call, Resource resource, Reader.Page page, String continueToken);

    /// Objects of a list that are kept nowhere, in the shape that the call wants.
    byte[] list(Call call, Resource resource, List<JsonObject> objects, JsonObject metadata);

    /// One event of a watch.
    ///
    /// @param first whether it is the first of its stream
    byte[] event(Call call, Resource resource, KubeObject object, boolean first);
}
