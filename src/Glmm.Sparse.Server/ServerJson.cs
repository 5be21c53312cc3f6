using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Glmm.Sparse.Server;

/// <summary>All documents but predictions, by code that the compiler generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict,
    MaxDepth = RequestBody.MostDepth)]
[JsonSerializable(typeof(FitBody))]
[JsonSerializable(typeof(FitJobDocument))]
[JsonSerializable(typeof(FitListDocument))]
[JsonSerializable(typeof(ModelDocument))]
[JsonSerializable(typeof(ModelListDocument))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ServerJson : JsonSerializerContext;
