using System.Buffers;
using System.IO.Pipelines;

namespace Glmm.Sparse.Server;

/// <summary>Reads a body to its end without a copy: the bytes stay in the pipe until they are parsed.</summary>
internal static class RequestBody
{
    /// <summary>Most nesting of a body; more is refused before it costs anything.</summary>
    public const int MostDepth = 16;

    /// <summary>Reads a body and makes something of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostBytes">Most bytes of the body.</param>
    /// <param name="parse">Makes it; nothing may keep the bytes.</param>
    /// <param name="state">What it needs besides.</param>
    public static async ValueTask<T> Read<T, TState>(
        HttpRequest request, long mostBytes, Func<ReadOnlySequence<byte>, TState, T> parse, TState state)
    {
        if (request.ContentLength > mostBytes) throw TooLarge(mostBytes);
        PipeReader reader = request.BodyReader;
        while (true)
        {
            ReadResult read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            bool isTooLarge = read.Buffer.Length > mostBytes;
            if (isTooLarge || read.IsCompleted)
            {
                // Whatever becomes of it, the bytes are given back: a connection with a reading in progress is cut.
                try
                {
                    return isTooLarge ? throw TooLarge(mostBytes) : parse(read.Buffer, state);
                }
                finally
                {
                    reader.AdvanceTo(read.Buffer.End);
                }
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static RequestException TooLarge(long most) => RequestException.TooLarge(
        $"The body has more than {most} bytes, the most that are taken here; send fewer rows at a time.");
}
