using System.Text.Json;
using Microsoft.AspNetCore.Mvc;

namespace Glmm.Sparse.Server;

/// <summary>Every failure as problem details (RFC 9457): what a user can mend with its message, a defect without a word
/// about its inside.</summary>
internal static partial class Problems
{
    private const string ContentType = "application/problem+json";

    /// <summary>Turns what a request throws into an answer.</summary>
    public static async Task Catch(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, or the time limit has cut it off and answers itself.
            throw;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            (int status, string message) = Describe(error);
            if (status == StatusCodes.Status500InternalServerError)
                LogDefect(context.RequestServices.GetRequiredService<ILogger<RequestException>>(), error);
            context.Response.Clear();
            await Write(context, status, message);
        }
    }

    /// <summary>Answers with a problem.</summary>
    public static Task Write(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        var problem = new ProblemDetails { Status = status, Title = Title(status), Detail = message };
        return JsonSerializer.SerializeAsync(
            context.Response.Body, problem, ServerJson.Default.ProblemDetails, context.RequestAborted);
    }

    /// <summary>Gives an answer without a body, such as that of an unknown path, one.</summary>
    public static Task WriteStatus(HttpContext context)
    {
        int status = context.Response.StatusCode;
        string message = status switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this path; /openapi/v1.json lists what there is.",
            StatusCodes.Status405MethodNotAllowed => "This path does not take that method; see /openapi/v1.json.",
            StatusCodes.Status415UnsupportedMediaType => "Send the body as application/json.",
            StatusCodes.Status504GatewayTimeout => "The request took too long; send its body faster, or fewer rows.",
            _ => Title(status),
        };
        return Write(context, status, message);
    }

    private static (int Status, string Message) Describe(Exception error) => error switch
    {
        RequestException request => (request.Status, request.Message),
        GlmmException user => (StatusCodes.Status400BadRequest, user.Message),
        JsonException json => (StatusCodes.Status400BadRequest, JsonFault(json)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            (StatusCodes.Status413PayloadTooLarge, "The body is too large; send fewer rows at a time."),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        _ => (StatusCodes.Status500InternalServerError,
            "The server failed; that is a defect of it and not of the request. Its log says more."),
    };

    /// <summary>Where the JSON is wrong, counted from 1.</summary>
    private static string JsonFault(JsonException error)
    {
        string place = error.LineNumber is { } line && error.BytePositionInLine is { } position
            ? $" in line {line + 1}, byte {position + 1}"
            : "";
        string path = error.Path is null or "$" ? "" : $" at {error.Path}";
        string what = error.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0].TrimEnd('.');
        return $"The body is not the JSON that is expected{path}{place}: {what}. Mend it there.";
    }

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request is wrong",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout => "Too slow",
        StatusCodes.Status409Conflict => "Conflict",
        StatusCodes.Status413PayloadTooLarge => "Too large",
        StatusCodes.Status415UnsupportedMediaType => "Not JSON",
        StatusCodes.Status429TooManyRequests => "Too many fits",
        StatusCodes.Status503ServiceUnavailable => "Busy",
        StatusCodes.Status500InternalServerError => "Server failure",
        _ => "The request failed",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed by a defect of the server.")]
    private static partial void LogDefect(ILogger logger, Exception error);
}
