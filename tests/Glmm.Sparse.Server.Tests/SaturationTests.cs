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
        using var slow = new TcpClient();
        await slow.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, patience);
        NetworkStream stream = slow.GetStream();
        string head = $"POST {Path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Body.Length}\r\n\r\n";
        // The one place is taken from the headers on, until the rest of the body comes.
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + Body[..20]), patience);

        HttpResponseMessage answer = await Ask(server, patience);
        while (answer.StatusCode == HttpStatusCode.OK) answer = await Ask(server, patience);
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

    private static async Task<HttpResponseMessage> Ask(RunningServer server, CancellationToken patience)
    {
        using var content = new StringContent(Body, Encoding.UTF8, "application/json");
        return await server.Client.PostAsync(new Uri(Path, UriKind.Relative), content, patience);
    }
}
