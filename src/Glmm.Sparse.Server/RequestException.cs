namespace Glmm.Sparse.Server;

/// <summary>A request that cannot be served, with its HTTP status; the message is for the user.</summary>
internal sealed class RequestException(int status, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status { get; } = status;

    public static RequestException Bad(string message, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, message, inner);

    public static RequestException NotFound(string message) => new(StatusCodes.Status404NotFound, message);

    public static RequestException Conflict(string message) => new(StatusCodes.Status409Conflict, message);

    public static RequestException TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, message);
}
