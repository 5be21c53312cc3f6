using System.Text;
using System.Text.Json;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A request as it goes over the wire, and the number that must come back.</summary>
/// <param name="Bytes">Head and body.</param>
/// <param name="Expected">The first prediction; null where there is none.</param>
internal sealed record LoadRequest(byte[] Bytes, double? Expected)
{
    public static LoadRequest Get(string path) =>
        new(Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), null);

    public static LoadRequest Post(string path, string json, double expected) => new(
        Encoding.UTF8.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}"),
        expected);

    /// <summary>Looks for the number, bit by bit.</summary>
    /// <exception cref="InvalidOperationException">Another came.</exception>
    public void Check(ReadOnlySpan<byte> answer)
    {
        if (Expected is not { } expected) return;
        int begin = answer.IndexOf((byte)'{'), end = answer.LastIndexOf((byte)'}');
        var reader = new Utf8JsonReader(answer[begin..(end + 1)]);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("fitted"u8)) continue;
            reader.Read();
            if (reader.GetDouble() == expected) return;
            break;
        }

        throw new InvalidOperationException(
            $"Not the {expected:R} that the library predicts: {Encoding.UTF8.GetString(answer)}");
    }
}
