# Writes model_matrix.json and random_terms.json beside it: what R 4.2.2 and lme4 1.1-31 make of formulas.
# A column is pinned down by its moment, the sum of row number times value.
suppressMessages(library(lme4))
d <- data.frame(x=c(0.5,1.5,-2,3,4,0.25,7,1,2,5,-1,6), z=c(1,2,3,4,5,6,7,8,9,10,11,13), stringsAsFactors=FALSE)
d$a <- c("p","q","p","q","p","q","p","q","p","q","p","q")
d$b <- c("u","u","v","v","w","w","u","v","w","u","v","w")
d$c <- c("n","n","n","y","y","y","y","n","y","n","y","n")
d$s <- c(TRUE,FALSE,FALSE,TRUE,TRUE,FALSE,TRUE,TRUE,FALSE,FALSE,TRUE,FALSE)
d$k <- c(10,9,2,10,9,2,10,9,2,10,9,2)
d$`my x` <- d$x+1
fixed <- c("a","b","0 + b","a + b","0 + a + b","a * b","a:b","0 + a:b","a + a:b","b + a:b","0 + a * b","a * b * c","a:b:c","a + b + a:b:c",
 "x * b","x:b","0 + x:b","x + x:b","0 + x + b","0 + x * b","b:x","a / b","a / x","(a + b + c)^2","(a + b + c)^2 - a:b","s","0 + s","s * b","s:x",
 "I(x > 1)","0 + I(x > 1)","I(x > 1) * a","I(a == \"p\")","I(x > 1 & s) + x","log(z) * b","scale(x):b","factor(k)","factor(k) * x","0 + factor(k)",
 "I(x * 2)","I(x/2)","I((x + 1)^2)","I(-x)","I(100000 * x > 300000)","I(z * 0.00001 > 0.00005)","`my x`","`my x` * a","I(`my x` > 2)","b + x + a:b + z:b","a + b:c","a:c + b","log(z, 2)","I(!s)","abs(x) + exp(x)","sqrt(z):z","x:z","z:x + z",
 "(a * b + c)^2","(a + b:c + x)^2","(factor(k) * z + c/log(z))^2","((x + factor(k) + c * z)^2)/factor(k)","(c + x - s + a/(I(x > 1) + s))^2","0 + (a + x)^2/s","(b + z - x)/c - 1","b:(c + x) + c - b:c")
j <- function(s) paste0('"', gsub('"','\\\\"', s), '"')
out <- c()
for (f in fixed) { m <- model.matrix(as.formula(paste("~", f)), d)
 v <- as.vector(t(m) %*% (1:12))
 out <- c(out, paste0('  { "formula": ', j(f), ', "names": [', paste(j(colnames(m)),collapse=", "), '], "moments": [', paste(formatC(v,digits=17,format="g",width=1),collapse=", "), '] }')) }
writeLines(c("[", paste(out, collapse=",\n"), "]"), "model_matrix.json")
d$g <- rep(1:3, each=4); d$h <- rep(c("k","l"),6); d$y <- (1:12)/3
rand <- c("(1 | g)","(x | g)","(b | g)","(0 + b | g)","(0 + x | g)","(x || g)","(b || g)","(x + z || g)","(0 + x || g)","(a * x || g)","(s | g)","(x * b | g)","(1 | g) + (0 + x | g)","(1 + x | g) + (0 + b | g)", "(1 | g:h)","(0 + x:b | g)","(I(x > 1) | g)","(log(z) || h)")
out <- c()
for (f in rand) { t <- tryCatch({ fo <- as.formula(paste("y ~ 1 +", f)); p <- mkReTrms(findbars(expandDoubleVerts(fo)), model.frame(subbars(expandDoubleVerts(fo)), d), reorder.terms=FALSE)
  out <- c(out, paste0('  { "formula": ', j(f), ', "blocks": [', paste(sapply(p$cnms, function(n) paste0("[", paste(j(n),collapse=", "), "]")), collapse=", "), '] }')) }, error=function(e) cat(f, conditionMessage(e), "\n")) }
writeLines(c("[", paste(out, collapse=",\n"), "]"), "random_terms.json")
