using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace Glmm.Sparse.Server.Tests;

/// <summary>A server that works on as many predictions as it may refuses more, and takes them again after.</summary>
internal sealed class SaturationTests
{
    private const string Path = "/models/epil/predictions";
    private const string Body = """{"rows": [{"lbase": 0, "trt": "placebo", "lage": 0, "V4": 0, "subject": 1}]}""";

    [Test]
    [CancelAfter(20_000)]
    public async Task PredictionsBeyondTheLimitAreToldToComeBackAndNoneIsLost(CancellationToken patience)
    {
        await using RunningServer server =
            await RunningServer.Start(("MaxConcurrentPredictions", "1"), ("PredictionQueue", "0"));
        (TcpClient slow, HttpResponseMessage answer) = await Saturate(server, patience);
        using TcpClient held = slow;
        NetworkStream stream = slow.GetStream();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.EqualTo(TimeSpan.FromSeconds(1)));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(patience));
        Assert.That(problem.RootElement.GetProperty("detail").GetString(), Does.Contain("try again"));
        await server.AssertAlive();

        await stream.WriteAsync(Encoding.UTF8.GetBytes(Body[20..]), patience);
        byte[] buffer = new byte[4096];
        int read = await stream.ReadAsync(buffer, patience);
        Assert.That(Encoding.UTF8.GetString(buffer, 0, read), Does.StartWith("HTTP/1.1 200"));
        // Its place is free a moment after its answer is out.
        do answer = await Ask(server, patience);
        while (answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    /// <summary>Takes the one place, from the headers on until the rest of the body comes; the answer is what the next
    /// one is told.</summary>
    private static async Task<(TcpClient Slow, HttpResponseMessage Answer)> Saturate(
        RunningServer server, CancellationToken patience)
    {
        string head = $"POST {Path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Body.Length}\r\n\r\n";
        while (true)
        {
            var slow = new TcpClient();
            await slow.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, patience);
            await slow.GetStream().WriteAsync(Encoding.UTF8.GetBytes(head + Body[..20]), patience);
            await Task.Delay(50, patience);
            HttpResponseMessage answer = await Ask(server, patience);
            if (answer.StatusCode != HttpStatusCode.OK) return (slow, answer);
            // It came late, or was itself the one too many.
            slow.Dispose();
        }
    }

    private static async Task<HttpResponseMessage> Ask(RunningServer server, CancellationToken patience)
    {
        using var content = new StringContent(Body, Encoding.UTF8, "application/json");
        return await server.Client.PostAsync(new Uri(Path, UriKind.Relative), content, patience);
    }
}
