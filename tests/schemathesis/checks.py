"""What an answer may never be. Kubernetes itself answers some bad patches with a bare 500; a fault of KAT's own has a reason."""
import schemathesis


@schemathesis.check
def is_no_fault_of_the_server(ctx, response, case):
    text = response.content.decode("utf8", "replace")
    assert response.status_code < 500 or '"InternalError"' not in text, text[:500]
    # In halves: whole words would be taken from here and sent, and come back in messages.
    for inside in ("\tat ", "java" + "." + "lang", "Exception" + ":", "Stack" + "Overflow"):
        assert inside not in text, text[:500]
