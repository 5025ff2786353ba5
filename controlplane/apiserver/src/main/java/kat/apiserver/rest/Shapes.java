package kat.apiserver.rest;

import kat.api.KubeObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;

/// Other shapes in which objects are answered: tables and bare metadata.
interface Shapes {

    /// One object in the shape that the call wants.
    byte[] object(Call call, Resource resource, KubeObject object);

    /// A page of a list in the shape that the call wants.
    byte[] list(Call call, Resource resource, Reader.Page page, String continueToken);

    /// One event of a watch.
    ///
    /// @param first whether it is the first of its stream
    byte[] event(Call call, Resource resource, KubeObject object, boolean first);
}
