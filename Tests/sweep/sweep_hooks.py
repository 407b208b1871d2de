"""What schemathesis has to be told of this API: a body of tus is bytes."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
